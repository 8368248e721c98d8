"""Pictures of what is published, from our own host, kept for ever by whoever has fetched one."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from campaign_actions.pictures import queries
from campaign_actions.web import shown_pictures
from campaign_actions.web.static import FOR_EVER

bp = Blueprint("pictures", __name__)


@bp.get("/pictures/<any(large,small):size>/<name>.jpg")
def show(size: str, name: str) -> Response:
    """A picture; 404 for one of a thing that is not published, or not any more."""
    picture = queries.by_name(name)
    if picture is None or not shown_pictures.is_public(*queries.belongs_to(picture)):
        abort(404)
    digest = picture.large if size == "large" else picture.small
    response = shown_pictures.file(digest)
    response.headers["Cache-Control"] = FOR_EVER
    response.set_etag(digest[:20])
    response.make_conditional(request)
    return response
