"""HTTP: routes as data, requests parsed strictly, refusals in the words of the specification."""

from teahouse.kit.http.access import Access, Authenticator, Requester, Service
from teahouse.kit.http.reply import FileReply, Reply
from teahouse.kit.http.request import Request
from teahouse.kit.http.route import Route

__all__ = [
    "Access",
    "Authenticator",
    "FileReply",
    "Reply",
    "Request",
    "Requester",
    "Route",
    "Service",
]
