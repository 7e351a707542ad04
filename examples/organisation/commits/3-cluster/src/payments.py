"""Charges cards."""
import os

import stripe

stripe.api_key = os.environ["STRIPE_KEY"]


def charge(customer: str, cents: int) -> str:
    return stripe.PaymentIntent.create(amount=cents, currency="eur", customer=customer).id
