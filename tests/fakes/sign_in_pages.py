"""A tenant's pages for people: signs in whoever is said to sit there, and gives tokens for it."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from aiohttp import web

from tests.fakes.issuer import DESK, FOR_PAGES, HOUR, PAGES, TENANT_ID, Issuer, base64url

type Values = Mapping[str, Any]


class SignInPages:
    """The pages.

    Attributes:
        person: The claims of whoever sits at the browser, `oid` and `roles`.
        refusal: Why nobody is signed in, as error and description; None: whoever asks is.
        renews: Whether tokens are renewed.
        asked: What each page that signs people in asked for.
        renewed: How often a token was.
        left: How often somebody signed out.
        desk: The address that is registered, of the desk.
    """

    def __init__(self, issuer: Issuer) -> None:
        self.person: dict[str, Any] = {}
        self.refusal: tuple[str, str] | None = None
        self.renews = True
        self.asked: list[Values] = []
        self.renewed = 0
        self.left = 0
        self.desk = ""
        self._issuer = issuer
        self._codes: dict[str, Values] = {}
        self._renewals: dict[str, Values] = {}

    def routes(self) -> list[web.RouteDef]:
        """The pages, as `serving` takes them."""
        path = {name: f"/{TENANT_ID}/{page}" for name, page in PAGES.items()}
        return [
            web.get(path["authorization_endpoint"], self._sign_in),
            web.post(path["token_endpoint"], self._give_tokens),
            web.get(path["end_session_endpoint"], self._sign_out),
        ]

    async def _sign_in(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        self.asked.append(asked)
        must = {"client_id": DESK, "redirect_uri": self.desk, "response_type": "code", "code_challenge_method": "S256"}
        if must.items() - asked.items():
            return web.Response(text=f"AADSTS50011: not registered like this: {asked}", status=HTTPStatus.BAD_REQUEST)
        if self.refusal:
            error, description = self.refusal
            return self._back({"error": error, "error_description": description, "state": asked["state"]})
        code = uuid4().hex
        self._codes[code] = {**asked, "person": dict(self.person)}
        return self._back({"code": code, "state": asked["state"], "session_state": "kept by the tenant"})

    def _back(self, answer: Mapping[str, str]) -> web.Response:
        return web.Response(status=HTTPStatus.FOUND, headers={"Location": f"{self.desk}#{urlencode(answer)}"})

    async def _give_tokens(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("client_id") != DESK or "Origin" not in request.headers:
            return _refused("invalid_request", "AADSTS9002327: tokens are redeemed by cross-origin requests only")
        match form.get("grant_type"):
            case "authorization_code":
                asked = self._codes.pop(str(form.get("code")), None)
                if asked is None or _challenge(str(form.get("code_verifier"))) != asked["code_challenge"]:
                    return _refused("invalid_grant", "AADSTS501481: the verifier is another one")
                return self._tokens(asked)
            case "refresh_token" if self.renews and (asked := self._renewals.get(str(form.get("refresh_token")))):
                self.renewed += 1
                return self._tokens(asked)
        return _refused("invalid_grant", "AADSTS700084: the refresh token has expired")

    def _tokens(self, asked: Values) -> web.Response:
        renewal = uuid4().hex
        self._renewals[renewal] = asked
        identity = self._issuer.token(audience=DESK, nonce=asked["nonce"], **asked["person"])
        found = {"access_token": self._issuer.token(**asked["person"]), "id_token": identity, "refresh_token": renewal}
        answer = {"token_type": "Bearer", "expires_in": HOUR, "scope": asked["scope"], **found}
        return web.json_response(answer, headers={**FOR_PAGES, "Cache-Control": "no-store"})

    async def _sign_out(self, request: web.Request) -> web.Response:
        self.left += 1
        back = request.query.get("post_logout_redirect_uri")
        assert back == self.desk
        return web.Response(text="You signed out of your account", content_type="text/html")


def _refused(error: str, description: str) -> web.Response:
    answer = {"error": error, "error_description": description}
    return web.json_response(answer, status=HTTPStatus.BAD_REQUEST, headers=FOR_PAGES)


def _challenge(verifier: str) -> str:
    return base64url(hashlib.sha256(verifier.encode()).digest())
