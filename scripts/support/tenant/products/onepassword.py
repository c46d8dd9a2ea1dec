"""1Password's events (https://developer.1password.com/docs/events-api/reference/)."""
from ..clock import millis
from .product import Product


def user(person):
    return {"uuid": person.onepassword_id, "name": person.name, "email": person.email, "type": "user"}


class OnePassword(Product):
    name = "onepassword"

    def client(self, p):
        return {"app_name": "1Password Browser Extension", "app_version": "81118", "platform_name": p.device.browser,
                "platform_version": f"{p.device.version}.0", "os_name": p.device.system[3], "os_version": "15.6", "ip_address": p.place.ip}

    def location(self, p):
        city = p.place.city
        return {"country": city.code, "region": city.region, "city": city.name, "latitude": city.latitude, "longitude": city.longitude}

    def usage(self, p, time, vault, item, action="fill"):
        uid = self.chance.letters(26)
        return self.deliver(time, uid, {
            "uuid": uid, "timestamp": millis(time), "used_version": 1 + item % 7, "vault_uuid": f"vaultexample{vault:014d}",
            "item_uuid": f"itemexample{item:015d}", "user": user(p.person), "client": self.client(p), "location": self.location(p),
            "action": action})

    def sign_in(self, p, time, category="success", type_="credentials_ok"):
        uid = self.chance.letters(26)
        return self.deliver(time, uid, {
            "uuid": uid, "session_uuid": p.session[:26].upper(), "timestamp": millis(time), "country": p.place.city.code,
            "category": category, "type": type_, "details": None, "target_user": user(p.person), "client": self.client(p),
            "location": self.location(p)})
