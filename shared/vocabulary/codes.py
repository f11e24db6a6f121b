"""The stable codes of the API's errors. Callers act on them: one is added, never renamed or given another meaning."""

from enum import StrEnum


class Code(StrEnum):
    """Why a request is refused; `shared.api.problems` has the HTTP status of each."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONVERSATION_NOT_FOUND = "conversation_not_found"
    CONVERSATION_CLOSED = "conversation_closed"
    WINDOW_CLOSED = "window_closed"
    NOT_ASSIGNED_TO_YOU = "not_assigned_to_you"
    AGENT_FULL = "agent_full"
    AGENT_NOT_AVAILABLE = "agent_not_available"
    OPTED_OUT = "opted_out"
    TOO_MANY_HELD = "too_many_held"
    REPLY_ALREADY_SENT = "reply_already_sent"
    TOO_LARGE = "too_large"
    INVALID_REQUEST = "invalid_request"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    TEMPLATE_PARAMETERS = "template_parameters"
    TEMPLATE_NOT_APPROVED = "template_not_approved"
    TEXT_TOO_LONG = "text_too_long"
    RECIPIENT_RATE_LIMITED = "recipient_rate_limited"
    INTERNAL_ERROR = "internal_error"
    CHANNEL_REJECTED = "channel_rejected"
    CHANNEL_UNAVAILABLE = "channel_unavailable"
    UNAVAILABLE = "unavailable"
    MISCONFIGURED = "misconfigured"
