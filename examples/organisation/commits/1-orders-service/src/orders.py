"""Reads and writes orders."""
import os

import psycopg


def open_orders(customer: str) -> list[tuple]:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute("select id, total from orders where customer = %s", [customer]).fetchall()
