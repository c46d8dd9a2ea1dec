"""Zoom's webhooks (https://developers.zoom.us/docs/api/rest/reference/zoom-api/events/): they carry no id."""
from ..clock import seconds
from .product import Product

ACCOUNT = "EXaMpLeAcCoUnT0000001"


class Zoom(Product):
    name = "zoom"

    def event(self, time, event, obj, **more):
        uid = f"{event}/{int(time * 1000)}"
        return self.deliver(time, uid, {"event": event, "event_ts": int(time * 1000),
                                        "payload": {"account_id": ACCOUNT, **more, "object": obj}})

    def signed_in(self, p, time, event="user.signed_in"):
        return self.event(time, event, {
            "id": p.person.zoom_id, "client_type": "desktop", "date_time": seconds(time) + "Z", "email": p.person.email,
            "version": "6.5.11", "login_type": 101})

    def meeting(self, p, time, event="meeting.started"):
        number = str(81_000_000_000 + int(p.person.seed[:7], 16))
        return self.event(time, event, {
            "uuid": f"{p.person.seed[:22]}==", "id": number, "host_id": p.person.zoom_id, "topic": f"{p.person.name}'s meeting",
            "type": 2, "start_time": seconds(time) + "Z", "duration": 30, "timezone": "UTC"},
            operator=p.person.email, operator_id=p.person.zoom_id)

    def joined(self, p, time, host):
        return self.event(time, "meeting.participant_joined", {
            "uuid": f"{host.seed[:22]}==", "id": str(81_000_000_000 + int(host.seed[:7], 16)), "host_id": host.zoom_id,
            "topic": f"{host.name}'s meeting", "type": 2, "start_time": seconds(time) + "Z", "duration": 30, "timezone": "UTC",
            "participant": {"user_id": str(16_000_000 + self.chance.getrandbits(20)), "user_name": p.person.name,
                            "id": p.person.zoom_id, "participant_uuid": self.chance.hex(22), "join_time": seconds(time) + "Z",
                            "email": p.person.email, "public_ip": p.place.ip}})
