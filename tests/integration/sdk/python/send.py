"""send.py SDK: what the Python SDK of that name sends to $TARGET, and a line of JSON for each thing that it told its caller."""
import datetime
import json
import os
import sys

TARGET = os.environ["TARGET"]
ORDER = json.loads(os.environ["ORDER"])
THEN = datetime.datetime(2023, 11, 4, 18, 44, 16, 789000, datetime.timezone.utc)
GZIP = os.environ.get("GZIP") == "1"


def told(call, error=None):
    sys.stdout.write(json.dumps({"call": call, "error": None if error is None else str(error)}) + "\n")  # at once: threads tell, too


def segment():
    from segment.analytics.client import Client

    client = Client("KEY", host=TARGET, gzip=GZIP, upload_interval=0.2, upload_size=20, on_error=lambda error, _: told("error", error))
    calls(client, "user_id")


def rudder():
    from rudderstack.analytics.client import Client

    client = Client("KEY", host=TARGET, gzip=GZIP, upload_interval=0.2, upload_size=20, on_error=lambda error, _: told("error", error))
    calls(client, "user_id")


def calls(client, user):
    client.identify(**{user: "user-1"}, traits={"name": "Zoë", "plan": None}, timestamp=THEN)
    client.track(**{user: "user-1"}, event="Order Completed", properties=ORDER, timestamp=THEN)
    client.track(anonymous_id="anon-1", event="No Time", properties={})
    client.track(**{user: "user-1"}, event="No Fraction", properties={"a": 1}, timestamp=THEN.replace(microsecond=0))
    client.group(**{user: "user-2"}, group_id="g-1", traits={"employees": 329}, timestamp=THEN)
    for i in range(40):
        client.track(**{user: f"user-{i}"}, event="Burst", properties={"i": i}, timestamp=THEN)
    client.flush()
    client.join()
    told("flush")


def posthog():
    from posthog import Posthog

    client = Posthog("KEY", host=TARGET, gzip=GZIP, flush_at=20, flush_interval=0.2, on_error=lambda error, _: told("error", error))
    client.capture("order completed", distinct_id="user-1", properties=ORDER, timestamp=THEN)
    client.capture("no time", distinct_id="user-1")
    client.capture("no fraction", distinct_id="user-1", properties={"a": 1}, timestamp=THEN.replace(microsecond=0))
    client.set(distinct_id="user-1", properties={"name": "Zoë"})
    for i in range(40):
        client.capture("burst", distinct_id=f"user-{i}", properties={"i": i}, timestamp=THEN)
    client.flush()
    client.shutdown()
    told("shutdown")


def mixpanel():
    from mixpanel import BufferedConsumer, Consumer, Mixpanel

    urls = {"events_url": f"{TARGET}/track", "import_url": f"{TARGET}/import"}
    one = Mixpanel("TOKEN", consumer=Consumer(**urls))
    one.track("user-1", "Order Completed", {**ORDER, "time": THEN.timestamp()})
    one.track("user-1", "No Time", {"a": 1})
    one.import_data("KEY", "user-1", "Old", int(THEN.timestamp()), {"a": 1}, api_secret="SECRET")
    consumer = BufferedConsumer(**urls)
    many = Mixpanel("TOKEN", consumer=consumer)
    for i in range(60):
        many.track(f"user-{i}", "Burst", {"i": i, "time": int(THEN.timestamp())})
    consumer.flush()
    told("flush")  # a batch that is not taken raises


def amplitude():
    from amplitude import Amplitude, BaseEvent, Identify, EventOptions

    def outcome(event, code, message):
        told(event.event_type, None if code == 200 else f"{code} {message}")

    client = Amplitude("KEY")
    client.configuration.server_url = f"{TARGET}/2/httpapi"
    client.configuration.callback = outcome
    client.configuration.flush_interval_millis = 200
    client.configuration.flush_queue_size = 20
    ms = int(THEN.timestamp() * 1000)
    plain = {name: value for name, value in ORDER.items() if name not in ("list", "nested")}  # it drops lists of mixed kinds without a word
    client.track(BaseEvent("Order Completed", user_id="user-1", time=ms, event_properties=plain))
    client.track(BaseEvent("No Time", device_id="device-1", event_properties={"a": 1}))
    client.identify(Identify().set("name", "Zoë"), EventOptions(user_id="user-1", time=ms))
    for i in range(40):
        client.track(BaseEvent("Burst", user_id=f"user-{i}", time=ms, event_properties={"i": i}))
    for answer in client.flush() or []:
        if answer is not None:
            answer.result()
    client.shutdown()


def cloudevents():
    import requests
    from cloudevents.core.bindings.http import to_binary_event, to_structured_event
    from cloudevents.core.v1.event import CloudEvent

    attributes = {"id": "p-1", "source": "/shop", "type": "com.example.order", "subject": "user-1", "specversion": "1.0", "time": THEN}
    for write in (to_binary_event, to_structured_event):
        for extra in ({"datacontenttype": "application/json", "myext": 'Grüße "x" %'}, {}):
            message = write(CloudEvent(attributes={**attributes, **extra}, data=ORDER))
            answer = requests.post(f"{TARGET}/", headers=message.headers, data=message.body, timeout=10)
            told(write.__name__, None if answer.status_code == 204 else answer.text)


globals()[sys.argv[1]]()
