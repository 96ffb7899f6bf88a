"""The web app, served on the same port as the API."""

from teahouse.webapp.serving import web_app

__all__ = ["web_app"]
