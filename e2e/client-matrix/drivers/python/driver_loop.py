"""Reads one JSON request a line, lets each run in a thread of its own, writes one JSON answer a line."""

import json
import queue
import sys
import threading
import traceback


class Absent(Exception):
    """The client offers no such thing."""


def seen(partition, offset, key, value, headers, timestamp):
    """A record as it is told: bytes as text, null as null."""

    def text(data):
        return None if data is None else data.decode()

    told = {name: text(data) for name, data in headers or []}
    return {"partition": partition, "offset": offset, "key": text(key), "value": text(value), "headers": told, "timestamp": timestamp}


def encoded(text):
    """Null stays Kafka's null."""
    return None if text is None else text.encode()


def behind(records):
    """By partition, the offset behind the last record that was seen."""
    ends = {}
    for one in records:
        ends[one["partition"]] = max(ends.get(one["partition"], 0), one["offset"] + 1)
    return ends


class Wishes:
    """What other threads want of a consumer that belongs to one: it grants them between two polls."""

    def __init__(self):
        self.waiting = queue.Queue()

    def ask(self, wish, within_seconds=20):
        answer = queue.Queue()
        self.waiting.put((wish, answer))
        problem = answer.get(timeout=within_seconds)
        if problem is not None:
            raise problem

    def grant(self):
        while not self.waiting.empty():
            wish, answer = self.waiting.get()
            try:
                wish()
                answer.put(None)
            except Exception as error:  # belongs to who asked
                answer.put(error)


def serve(driver):
    """`driver` has a method for each operation that its client knows, and `absent`: operation -> why not."""
    writing = threading.Lock()

    def answer(identity, **what):
        with writing:
            sys.stdout.write(json.dumps({"id": identity, **what}) + "\n")
            sys.stdout.flush()

    def run(request):
        identity, operation = request["id"], request["op"]
        try:
            why = driver.absent.get(operation)
            if why is not None:
                raise Absent(why)
            answer(identity, ok=getattr(driver, operation)(**request["args"]) or {})
        except Absent as absent:
            answer(identity, absent=str(absent))
        except BaseException as error:  # whatever the client throws is the result
            traceback.print_exc(file=sys.stderr)
            answer(identity, error=f"{type(error).__name__}: {error}")

    for line in sys.stdin:
        threading.Thread(target=run, args=(json.loads(line),), daemon=True).start()
