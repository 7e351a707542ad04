"""Charges cards."""
import stripe

stripe.api_key = "{{stripe_key}}"


def charge(customer: str, cents: int) -> str:
    return stripe.PaymentIntent.create(amount=cents, currency="eur", customer=customer).id
