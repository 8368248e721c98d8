"""What a WSGI server loads: `gunicorn wsgi:app`. Settings come from the environment."""

from campaign_actions.app import create_app

app = create_app()
