"""Whether what was counted also happened: orders that the books do not bear out are none."""

import time

from instance import DATABASES, CannotMeasure, wait_until

STOCK = 100_000_000  # of each of the load's SKUs, see shop.hpp
SETTLE_SECONDS = 120


def undelivered(instance):
    """Events on their way, and mails that are not written."""
    count = "SELECT count(*) FROM outbox"
    mails = "SELECT count(*) FROM messages WHERE status = 'queued'"
    events = sum(instance.number(f"souk_{name}", count) for name in DATABASES)
    return events + instance.number("souk_notification", mails)


def confirmed_orders(instance):
    return instance.number("souk_order", "SELECT count(*) FROM orders WHERE status = 'confirmed'")


def settle(instance):
    """Waits until no order is open, every event has arrived, every mail is written; gives seconds."""
    begun = time.monotonic()
    open_orders = "SELECT count(*) FROM checkouts WHERE step <> 'done'"

    def is_settled():
        return instance.number("souk_order", open_orders) == 0 and undelivered(instance) == 0

    wait_until(is_settled, SETTLE_SECONDS, "the delivery of every event")
    return time.monotonic() - begun


def check(instance, sold):
    """That at least `sold` orders, ever, are confirmed; each paid once and taken out of stock."""
    confirmed = confirmed_orders(instance)
    captured = "SELECT count(*) FROM charges WHERE status = 'captured'"
    charged = instance.number("souk_sandbox", captured)
    taken, reserved = instance.sql(
        "souk_inventory",
        f"SELECT sum({STOCK} - on_hand), sum(reserved) FROM stock WHERE sku LIKE 'BENCH-%'",
    )[0]
    books = {
        "confirmed orders": confirmed,
        "captured charges": charged,
        "units taken out of stock / 2": int(taken) / 2,
    }
    if confirmed < sold or len(set(books.values())) != 1 or int(reserved) != 0:
        raise CannotMeasure(f"the books differ: {sold} sold, {reserved} reserved, {books}")
