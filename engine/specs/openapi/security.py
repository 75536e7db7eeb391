"""What OpenAPI 3 and Swagger 2.0 say of security, to records."""

from typing import Any

from engine.specs.model import Grant, SecurityScheme
from engine.specs.nodes import extensions, items, mapping, text


def grants(raw: Any) -> tuple[tuple[Grant, ...], ...]:
    """Return the alternatives of a `security`, each with all that it asks for."""
    return tuple(
        tuple(Grant(scheme=name, scopes=tuple(map(text, items(scopes)))) for name, scopes in need.items())
        for need in items(raw)
        if isinstance(need, dict)
    )


def security_scheme(name: str, node: dict[str, Any]) -> SecurityScheme:
    """Return a security scheme that is written as in OpenAPI 3."""
    flows = [flow for flow in mapping(node.get("flows")).values() if isinstance(flow, dict)]
    return SecurityScheme(
        name=name,
        type=text(node.get("type")),
        scheme=text(node.get("scheme")),
        bearer_format=text(node.get("bearerFormat")),
        location=text(node.get("in")),
        parameter=text(node.get("name")),
        description=text(node.get("description")),
        scopes={scope: text(what) for flow in flows for scope, what in mapping(flow.get("scopes")).items()},
        token_url=_first(flows, "tokenUrl"),
        authorization_url=_first(flows, "authorizationUrl"),
        device_url=_first(flows, "deviceAuthorizationUrl"),
        openid_url=text(node.get("openIdConnectUrl")),
        metadata_url=text(node.get("oauth2MetadataUrl")),
        extensions=extensions(node),
    )


def _first(flows: list[dict[str, Any]], key: str) -> str:
    return next((text(flow[key]) for flow in flows if flow.get(key)), "")
