# Copyright 2026 The omemo4j authors
# SPDX-License-Identifier: Apache-2.0
"""A foreign OMEMO 2 client for tests: the cryptography and the rules of python-omemo and python-twomemo,
the connection of slixmpp.  README.md beside this file lists the commands and the events."""

import argparse
import asyncio
import base64
import datetime
import json
import os
import secrets
import sys
import uuid
import xml.etree.ElementTree as ET

import omemo
import slixmpp
import x3dh
from omemo.storage import Just, Maybe, Nothing, Storage
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath
from twomemo.twomemo import (
    NAMESPACE,
    BundleImpl,
    ContentImpl,
    EncryptedKeyMaterialImpl,
    KeyExchangeImpl,
    Twomemo,
)

DEVICES_NODE = NAMESPACE + ":devices"
BUNDLES_NODE = NAMESPACE + ":bundles"
CLIENT = "jabber:client"
SCE = "urn:xmpp:sce:1"
PUBSUB = "http://jabber.org/protocol/pubsub"
MUC = "http://jabber.org/protocol/muc"
MUC_USER = MUC + "#user"
DATA_FORM = "jabber:x:data"


def emit(event, **fields):
    """One line on standard output."""
    print(json.dumps({"ev": event, **fields}), flush=True)


def qualified(namespace, name):
    return "{%s}%s" % (namespace, name)


def add_form(parent, kind, options):
    form = child(parent, DATA_FORM, "x", type="submit")
    fields = {"FORM_TYPE": PUBSUB + "#" + kind}
    fields.update({"pubsub#" + name: value for name, value in options.items()})
    for name, value in fields.items():
        child(child(form, DATA_FORM, "field", var=name), DATA_FORM, "value", value)


def child(parent, namespace, name, text=None, **attributes):
    element = ET.SubElement(parent, qualified(namespace, name), {k: str(v) for k, v in attributes.items()})
    element.text = text
    return element


def encoded(data):
    return base64.b64encode(data).decode("ascii")


def decoded(element):
    return base64.b64decode("".join((element.text or "").split()), validate=True)


# ---- what OMEMO 2 looks like in XML --------------------------------------------------------------


def devices_to_xml(devices):
    element = ET.Element(qualified(NAMESPACE, "devices"))
    for device, label in devices.items():
        entry = child(element, NAMESPACE, "device", id=device)
        if label is not None:
            entry.set("label", label)
    return element


def devices_from_xml(element):
    return {int(entry.get("id")): entry.get("label") for entry in element.findall(qualified(NAMESPACE, "device"))}


def bundle_to_xml(bundle):
    element = ET.Element(qualified(NAMESPACE, "bundle"))
    keys = bundle.bundle
    child(element, NAMESPACE, "spk", encoded(keys.signed_pre_key), id=bundle.signed_pre_key_id)
    child(element, NAMESPACE, "spks", encoded(keys.signed_pre_key_sig))
    child(element, NAMESPACE, "ik", encoded(keys.identity_key))
    pre_keys = child(element, NAMESPACE, "prekeys")
    for key, number in bundle.pre_key_ids.items():
        child(pre_keys, NAMESPACE, "pk", encoded(key), id=number)
    return element


def bundle_from_xml(element, jid, device):
    signed = element.find(qualified(NAMESPACE, "spk"))
    ids = {decoded(key): int(key.get("id")) for key in element.iter(qualified(NAMESPACE, "pk"))}
    keys = x3dh.Bundle(
        decoded(element.find(qualified(NAMESPACE, "ik"))),
        decoded(signed),
        decoded(element.find(qualified(NAMESPACE, "spks"))),
        frozenset(ids),
    )
    return BundleImpl(jid, device, keys, int(signed.get("id")), ids)


def encrypted_to_xml(message):
    element = ET.Element(qualified(NAMESPACE, "encrypted"))
    header = child(element, NAMESPACE, "header", sid=message.device_id)
    of_account = {}
    for material, exchange in message.keys:
        jid = material.bare_jid
        if jid not in of_account:
            of_account[jid] = child(header, NAMESPACE, "keys", jid=jid)
        data = material.serialize()
        key = child(of_account[jid], NAMESPACE, "key", rid=material.device_id)
        if exchange is not None:
            key.set("kex", "true")
            data = exchange.serialize(data)
        key.text = encoded(data)
    if not message.content.empty:
        child(element, NAMESPACE, "payload", encoded(message.content.ciphertext))
    return element


def encrypted_from_xml(element, sender):
    header = element.find(qualified(NAMESPACE, "header"))
    keys = set()
    for account in header.findall(qualified(NAMESPACE, "keys")):
        for key in account.findall(qualified(NAMESPACE, "key")):
            data, exchange = decoded(key), None
            if key.get("kex") in ("true", "1"):
                exchange, data = KeyExchangeImpl.parse(data)
            keys.add((EncryptedKeyMaterialImpl.parse(data, account.get("jid"), int(key.get("rid"))), exchange))
    payload = element.find(qualified(NAMESPACE, "payload"))
    content = ContentImpl.make_empty() if payload is None else ContentImpl(decoded(payload))
    return omemo.Message(NAMESPACE, sender, int(header.get("sid")), content, frozenset(keys))


def envelope(body, sender, recipient):
    element = ET.Element(qualified(SCE, "envelope"))
    child(child(element, SCE, "content"), CLIENT, "body", body)
    child(element, SCE, "rpad", "." * secrets.randbelow(200))
    now = datetime.datetime.now(datetime.timezone.utc)
    child(element, SCE, "time", stamp=now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    child(element, SCE, "from", jid=sender)
    child(element, SCE, "to", jid=recipient)
    return ET.tostring(element, encoding="utf-8")


def body_of(plaintext, sender, recipient):
    """The text of an envelope that says the right sender and recipient."""
    element = ET.fromstring(plaintext)
    if element.tag != qualified(SCE, "envelope"):
        raise ValueError("no envelope, but " + element.tag)
    if element.find(qualified(SCE, "rpad")) is None:
        raise ValueError("an envelope without padding")
    for affix, wanted in (("from", sender), ("to", recipient)):
        found = element.find(qualified(SCE, affix)).get("jid")
        if found != wanted:
            raise ValueError("the envelope says %s %s instead of %s" % (affix, found, wanted))
    return element.find(qualified(SCE, "content")).findtext(qualified(CLIENT, "body"))


# ---- what stays between two runs -----------------------------------------------------------------


class FileStorage(Storage):
    """Everything in memory, written to one file when a step is done."""

    def __init__(self, path):
        super().__init__(disable_cache=True)
        self._path = path
        self._values = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self._values = json.load(file)

    async def _load(self, key) -> Maybe:
        return Just(self._values[key]) if key in self._values else Nothing()

    async def _store(self, key, value):
        self._values[key] = value

    async def _delete(self, key):
        self._values.pop(key, None)

    def save(self):
        with open(self._path + ".new", "w", encoding="utf-8") as file:
            json.dump(self._values, file)
        os.replace(self._path + ".new", self._path)


# ---- the client ----------------------------------------------------------------------------------


class Peer(slixmpp.ClientXMPP):
    """Takes commands and messages one after the other, in the order in which they come."""

    def __init__(self, options):
        super().__init__(options.jid, options.password)
        os.makedirs(options.state, exist_ok=True)
        self._storage = FileStorage(os.path.join(options.state, "state.json"))
        self._steps = asyncio.Queue()
        self._sessions = None
        self._rooms = {}  # room: {nick: real bare JID}
        self._entered = {}  # room: done once it has let us in
        self.ended = asyncio.get_event_loop().create_future()
        for plugin in ("xep_0030", "xep_0115", "xep_0199"):
            self.register_plugin(plugin)
        self["xep_0030"].add_feature(DEVICES_NODE + "+notify")
        everything = MatchXPath(qualified(CLIENT, "message"))
        self.register_handler(Callback("messages", everything, lambda m: self.later(self.take(m))))
        presences = MatchXPath(qualified(CLIENT, "presence") + "/" + qualified(MUC_USER, "x"))
        self.register_handler(Callback("occupants", presences, self.take_occupant))
        self.add_event_handler("session_start", self.begin)
        self.add_event_handler("disconnected", lambda _: self.ended.done() or self.ended.set_result(None))

    async def begin(self, _):
        self._sessions = await sessions_of(self).create(
            [Twomemo(self._storage)], self._storage, self.boundjid.bare, None, "trusted"
        )
        self._storage.save()
        self.send_presence()
        await self.get_roster()
        await self._sessions.after_history_sync()
        own, _ = await self._sessions.get_own_device_information()
        emit("ready", jid=self.boundjid.full, device=own.device_id,
             ik_curve25519="".join(self._sessions.format_identity_key(own.identity_key)))
        reader = asyncio.create_task(self.read_commands())
        while not self.ended.done():
            step = await self._steps.get()
            await step
            self._storage.save()
        reader.cancel()

    def later(self, step):
        self._steps.put_nowait(step)

    # -- commands

    async def read_commands(self):
        lines = asyncio.StreamReader()
        await self.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := await lines.readline():
            self.later(self.obey(line.decode("utf-8").rstrip("\n")))
        self.later(self.quit())

    async def obey(self, line):
        name, _, rest = line.partition(" ")
        commands = {"send": self.send_text, "mucsend": self.send_text, "forget": self.forget, "replace": self.replace,
                    "join": self.join, "quit": self.quit}
        try:
            await commands[name](*rest.split(" ", 2) if rest else ())
        except Exception as e:  # whatever goes wrong, the test shall hear of it
            emit("error", where=name, line=line, cls=type(e).__name__, text=str(e))

    async def send_text(self, jid, _version, text):
        readers = frozenset(self._rooms[jid].values()) - {self.boundjid.bare} if jid in self._rooms else frozenset([jid])
        for reader in readers:
            await self._sessions.refresh_device_list(NAMESPACE, reader)
        messages, errors = await self._sessions.encrypt(
            readers, {NAMESPACE: envelope(text, self.boundjid.bare, jid)}
        )
        for error in errors:
            emit("error", where="encrypt", to=jid, device=error.device_id, text=str(error.exception))
        for message in messages:
            self.send_encrypted("sent", message, jid)

    async def join(self, room, nick):
        self._rooms[room] = {}
        self._entered[room] = self.loop.create_future()
        presence = self.make_presence(pto=room + "/" + nick)
        request = ET.Element(qualified(MUC, "x"))
        child(request, MUC, "history", maxstanzas=0)
        presence.append(request)
        presence.send()
        await self._entered[room]
        emit("joined", room=room, nick=nick)

    def take_occupant(self, presence):
        """Who is behind a nick, in a room that shows it."""
        occupants = self._rooms.get(presence["from"].bare)
        item = presence.xml.find("{%s}x/{%s}item" % (MUC_USER, MUC_USER))
        if occupants is None or item is None:
            return
        if presence["type"] == "unavailable":
            occupants.pop(presence["from"].resource, None)
        elif item.get("jid"):
            occupants[presence["from"].resource] = slixmpp.JID(item.get("jid")).bare
        codes = [status.get("code") for status in presence.xml.iter(qualified(MUC_USER, "status"))]
        if "110" in codes and not self._entered[presence["from"].bare].done():
            self._entered[presence["from"].bare].set_result(None)

    async def forget(self, jid):
        await self._sessions.purge_bare_jid(jid)
        emit("done", cmd="forget", jid=jid)

    async def replace(self, jid):
        for device in await self._sessions.get_device_information(jid):
            await self._sessions.replace_sessions(device)
        emit("done", cmd="replace", jid=jid)

    async def quit(self):
        emit("bye")
        await self.disconnect()
        if not self.ended.done():
            self.ended.set_result(None)

    # -- messages

    async def take(self, message):
        xml, sender = message.xml, message["from"].bare
        encrypted = xml.find(qualified(NAMESPACE, "encrypted"))
        items = xml.find("{%s#event}event/{%s#event}items" % (PUBSUB, PUBSUB))
        try:
            if items is not None:
                await self.take_event(items, sender or self.boundjid.bare)
            elif encrypted is not None and message["type"] != "error":
                await self.take_encrypted(encrypted, message)
        except Exception as e:  # whatever goes wrong, the test shall hear of it
            emit("error", where="decrypt", cls=type(e).__name__, text=str(e), id=message["id"], sender=sender)

    async def take_event(self, items, sender):
        for devices in items.iter(qualified(NAMESPACE, "devices")):
            if items.get("node") == DEVICES_NODE:
                await self._sessions.update_device_list(NAMESPACE, sender, devices_from_xml(devices))

    async def take_encrypted(self, element, message):
        sender, recipient, place = message["from"].bare, self.boundjid.bare, {}
        if message["type"] == "groupchat":
            recipient, place = sender, {"room": sender}
            sender = self._rooms[recipient][message["from"].resource]
            if sender == self.boundjid.bare:
                return  # it comes back from the room
        encrypted = encrypted_from_xml(element, sender)
        plaintext, device, _ = await self._sessions.decrypt(encrypted)
        facts = {
            "id": message["id"],
            "sender": sender,
            "device": device.device_id,
            **place,
            "kex": any(exchange is not None for material, exchange in encrypted.keys
                       if material.bare_jid == self.boundjid.bare),
        }
        if plaintext is None:
            emit("empty", **facts)
        else:
            emit("message", body=body_of(plaintext, sender, recipient), **facts)

    def send_encrypted(self, event, message, jid):
        stanza = self.make_message(mto=jid, mtype="groupchat" if jid in self._rooms else "chat")
        stanza["id"] = uuid.uuid4().hex
        stanza.append(encrypted_to_xml(message))
        stanza.append(ET.Element("{urn:xmpp:hints}store"))
        stanza.append(ET.Element("{urn:xmpp:eme:0}encryption", {"namespace": NAMESPACE, "name": "OMEMO"}))
        stanza.send()
        keys = [[m.bare_jid, m.device_id, exchange is not None] for m, exchange in message.keys]
        emit(event, to=jid, id=stanza["id"], keys=keys)

    # -- nodes

    async def publish(self, node, item, payload, **options):
        """How many items a node keeps is a publish option on some servers, and on others a setting of the node only."""
        try:
            await self.publish_with(node, item, payload, options)
        except slixmpp.exceptions.IqError as e:
            if e.condition != "resource-constraint" or "max_items" not in options:
                raise
            await self.publish_with(node, item, payload, {k: v for k, v in options.items() if k != "max_items"})
            await self.configure(node, options)

    async def publish_with(self, node, item, payload, options):
        iq = self.make_iq_set()
        pubsub = ET.Element(qualified(PUBSUB, "pubsub"))
        child(child(pubsub, PUBSUB, "publish", node=node), PUBSUB, "item", id=item).append(payload)
        add_form(child(pubsub, PUBSUB, "publish-options"), "publish-options", options)
        iq.append(pubsub)
        await iq.send()

    async def configure(self, node, options):
        iq = self.make_iq_set()
        pubsub = ET.Element(qualified(PUBSUB + "#owner", "pubsub"))
        add_form(child(pubsub, PUBSUB + "#owner", "configure", node=node), "node_config", options)
        iq.append(pubsub)
        await iq.send()

    async def fetch(self, jid, node, item=None):
        """The payload of an item, or of the last one; nothing where there is none."""
        iq = self.make_iq_get(ito=jid)
        pubsub = ET.Element(qualified(PUBSUB, "pubsub"))
        items = child(pubsub, PUBSUB, "items", node=node)
        if item is not None:
            child(items, PUBSUB, "item", id=item)
        iq.append(pubsub)
        try:
            answer = await iq.send()
        except slixmpp.exceptions.IqError as e:
            if e.condition in ("item-not-found", "forbidden"):
                return None
            raise
        payloads = [found[0] for found in answer.xml.iter(qualified(PUBSUB, "item")) if len(found)]
        return payloads[-1] if payloads else None


def sessions_of(peer):
    """The session manager wants its network as methods without an instance: they find it here."""

    class Sessions(omemo.SessionManager):
        @staticmethod
        async def _upload_bundle(bundle):
            await peer.publish(BUNDLES_NODE, bundle.device_id, bundle_to_xml(bundle),
                               access_model="open", persist_items="true", max_items="max")

        @staticmethod
        async def _download_bundle(namespace, bare_jid, device_id):
            found = await peer.fetch(bare_jid, BUNDLES_NODE, device_id)
            if found is None:
                raise omemo.BundleNotFound("no bundle of %s/%d" % (bare_jid, device_id))
            return bundle_from_xml(found, bare_jid, device_id)

        @staticmethod
        async def _delete_bundle(namespace, device_id):
            raise omemo.BundleDeletionFailed("not needed here")

        @staticmethod
        async def _upload_device_list(namespace, device_list):
            await peer.publish(DEVICES_NODE, "current", devices_to_xml(device_list),
                               access_model="open", persist_items="true")

        @staticmethod
        async def _download_device_list(namespace, bare_jid):
            found = await peer.fetch(bare_jid, DEVICES_NODE)
            return {} if found is None else devices_from_xml(found)

        async def _evaluate_custom_trust_level(self, device):
            return omemo.TrustLevel.TRUSTED

        async def _make_trust_decision(self, undecided, identifier):
            raise omemo.TrustDecisionFailed("every device is trusted")

        @staticmethod
        async def _send_message(message, bare_jid):
            peer.send_encrypted("sent-empty", message, bare_jid)

    return Sessions


def main():
    parser = argparse.ArgumentParser(prog="omemo2-peer", description=__doc__)
    parser.add_argument("--jid", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", required=True, help="a directory of its own, kept between two runs")
    parser.add_argument("--ns", choices=["2"], default="2", help="the version of OMEMO that it speaks")
    options = parser.parse_args()
    peer = Peer(options)
    peer.connect((options.host, options.port), disable_starttls=True, force_starttls=False)
    peer.loop.run_until_complete(peer.ended)


if __name__ == "__main__":
    main()
