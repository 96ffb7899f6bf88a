"""The documents on a page, for whoever's client does not show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from teahouse.homeserver.accounts.uia import TERMS, AuthData
from teahouse.homeserver.policies.documents import Document
from teahouse.kit.http.page import both


class DocumentsForm:
    """Implements accounts.uia.Fallback."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._links = [
            f'<li><a href="{escape(one["url"])}" lang="{escape(language)}" target="_blank" '
            f'rel="noopener noreferrer">{escape(one["name"])}</a></li>'
            for document in documents
            for language, one in document.translations.items()
        ]

    def fields(self, _waiting: AuthData | None) -> str:
        ask = both("继续，就表示您接受：", "By going on you accept:")
        return "".join([*ask, "<ul>", *self._links, "</ul>"])

    async def read(self, _form: Mapping[str, str], _languages: str | None) -> AuthData:
        return AuthData(type=TERMS)
