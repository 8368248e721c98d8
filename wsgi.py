"""What a WSGI server loads (`gunicorn wsgi:app`), and where `flask --app wsgi` finds our commands."""

import os

from campaign_actions.app import create_app, create_served_app

if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
    # The command line must be able to mend what a server refuses to start with.
    from campaign_actions.cli.main import add_to

    app = create_app()
    add_to(app.cli)
else:
    app = create_served_app()
