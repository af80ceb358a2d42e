"""Which states each kind has, and which of them are closed."""

from aftersales.enums import Kind, Party, State

CLOSED_STATES = (State.REFUNDED, State.REJECTED, State.WITHDRAWN, State.RESOLVED, State.TRANSFERRED)

SHARED_STATES = (State.PENDING, State.PLATFORM_REVIEW, State.REFUNDING, *CLOSED_STATES)

STATES: dict[str, tuple[State, ...]] = {
    Kind.NOT_SHIPPED: (*SHARED_STATES, State.NEGOTIATING, State.CANCELLING_SHIPMENT, State.TRACKING_DUE),
    Kind.IN_TRANSIT: (
        *SHARED_STATES,
        State.PERSUADING,
        State.INTERCEPTING,
        State.INTERCEPTED,
        State.INTERCEPT_FAILED,
        State.AWAITING_REFUSAL,
        State.REFUSED,
        State.RETURNED,
    ),
    Kind.RETURN_DISPUTE: (
        *SHARED_STATES,
        State.VERIFYING,
        State.OFFERING,
        State.AWAITING_RETURN,
        State.RETURN_IN_TRANSIT,
        State.RETURN_RECEIVED,
        State.RESHIPPING,
    ),
}

OPEN_STATES: dict[str, tuple[State, ...]] = {
    kind: tuple(state for state in states if state not in CLOSED_STATES) for kind, states in STATES.items()
}

ALL_OPEN = tuple(state for state in State if state not in CLOSED_STATES)

# Whose move it is in a state, where no running clock says otherwise.
WAITING_FOR: dict[str, Party] = {
    State.PENDING: Party.MERCHANT,
    State.NEGOTIATING: Party.BUYER,
    State.CANCELLING_SHIPMENT: Party.MERCHANT,
    State.TRACKING_DUE: Party.MERCHANT,
    State.PERSUADING: Party.BUYER,
    State.INTERCEPTING: Party.COURIER,
    State.INTERCEPTED: Party.COURIER,
    State.INTERCEPT_FAILED: Party.MERCHANT,
    State.AWAITING_REFUSAL: Party.BUYER,
    State.REFUSED: Party.COURIER,
    State.RETURNED: Party.MERCHANT,
    State.VERIFYING: Party.BUYER,
    State.OFFERING: Party.BUYER,
    State.AWAITING_RETURN: Party.BUYER,
    State.RETURN_IN_TRANSIT: Party.COURIER,
    State.RETURN_RECEIVED: Party.MERCHANT,
    State.RESHIPPING: Party.MERCHANT,
    State.PLATFORM_REVIEW: Party.PLATFORM,
    State.REFUNDING: Party.PLATFORM,
}
