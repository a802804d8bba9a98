"""A purchase by HTTP, as somebody makes it who has just found the demo shop."""

SHOPPER = {"email": "ann@example.com", "password": "correct horse", "full_name": "Ann Lee"}
ADDRESS = {"full_name": "Ann Lee", "line1": "1 Main Street", "city": "Oslo"}
ADDRESS |= {"postal_code": "0150", "country": "NO"}
CARD = {"method": "card", "token": "tok_visa"}


def buy(ask, **headers):
    """What the order is answered with. `ask(path, body=None, **headers)` gives (status, JSON)."""
    status, registered = ask("/auth/register", SHOPPER)
    assert status == 201, registered
    _, page = ask("/products")
    _, product = ask(f"/products/{page['items'][0]['id']}")
    items = [{"sku": product["variants"][0]["sku"], "quantity": 1}]
    order = {"items": items, "shipping_address": ADDRESS, "payment": CARD}
    headers |= {"Authorization": f"Bearer {registered['access_token']}", "Idempotency-Key": "one"}
    return ask("/orders", order, **headers)
