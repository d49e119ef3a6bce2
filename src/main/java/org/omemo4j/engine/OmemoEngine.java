package org.omemo4j.engine;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;

/**
 * OMEMO for one device of one account, without a network. Thread-safe.
 *
 * <p>Every step loads, computes and commits; only then does it return. A failed step changes nothing. When the store was written by somebody else, a step is computed once more;
 * at the second conflict it throws {@link org.omemo4j.store.StoreConflictException}, and the engine must not be used any more.
 */
public final class OmemoEngine {

    /**
     * @param store already locked; stays the caller's to close.
     * @param owner our account; must be the one the store belongs to.
     */
    public static OmemoEngine open(
            OmemoStore store, BareJid owner, OmemoConfig config, SecureRandom random, InstantSource clock)
            throws StoreException {
        throw new UnsupportedOperationException();
    }

    public OwnDevice ownDevice() { throw new UnsupportedOperationException(); }

    // --- sending

    public Encryption encrypt(OutgoingMessage message) throws StoreException { throw new UnsupportedOperationException(); }

    /** An empty message to one device: moves its session on, or completes it. Withheld when there is nothing (more) to send. */
    public Encryption emptyMessage(Action.SendEmptyMessage action) throws StoreException { throw new UnsupportedOperationException(); }

    /** Puts a stanza at the end of its conversation's queue; durable when it returns. */
    public ParkedRecord park(BareJid to, String stanzaId, String stanzaXml) throws StoreException { throw new UnsupportedOperationException(); }

    /** Whether messages to this JID wait: then later ones must wait behind them. Cheap. */
    public boolean hasParked(BareJid to) { throw new UnsupportedOperationException(); }

    public List<ParkedRecord> parked() throws StoreException { throw new UnsupportedOperationException(); }

    /** As {@link #encrypt}, and stores what leaves in the same commit; {@code stanza} makes it from the result. */
    public Encryption encryptParked(long number, OutgoingMessage message, Function<Encryption.Encrypted, String> stanza) throws StoreException { throw new UnsupportedOperationException(); }

    /** The server has it, or it has failed for good. */
    public void unpark(long number) throws StoreException { throw new UnsupportedOperationException(); }

    // --- receiving

    public Decryption decrypt(IncomingMessage message) throws StoreException { throw new UnsupportedOperationException(); }

    // --- what the host learnt

    /** After each login that did not resume a stream: what is due. */
    public Reaction connected() throws StoreException { throw new UnsupportedOperationException(); }

    /** Once an hour or so: what is due by time. */
    public Reaction maintain() throws StoreException { throw new UnsupportedOperationException(); }

    /** A device list, by event or by fetch. */
    public Reaction deviceList(BareJid jid, OmemoVersion version, XmlElement list) throws StoreException { throw new UnsupportedOperationException(); }

    /** The account answered: no such node, or no item. */
    public Reaction noDevices(BareJid jid, OmemoVersion version) throws StoreException { throw new UnsupportedOperationException(); }

    public Reaction deviceListUnknown(BareJid jid, OmemoVersion version, FetchProblem problem) throws StoreException { throw new UnsupportedOperationException(); }

    public Reaction bundle(DeviceAddress address, OmemoVersion version, XmlElement bundle) throws StoreException { throw new UnsupportedOperationException(); }

    public Reaction bundleUnavailable(DeviceAddress address, OmemoVersion version, FetchProblem problem) throws StoreException { throw new UnsupportedOperationException(); }

    public Reaction published(Action action) throws StoreException { throw new UnsupportedOperationException(); }

    public Reaction publishFailed(Action action, String why) throws StoreException { throw new UnsupportedOperationException(); }

    // --- what people see and set

    public List<KnownDevice> devices(BareJid jid) throws StoreException { throw new UnsupportedOperationException(); }

    public EncryptionPolicy policy(BareJid jid) throws StoreException { throw new UnsupportedOperationException(); }

    public void setPolicy(BareJid jid, EncryptionPolicy policy) throws StoreException { throw new UnsupportedOperationException(); }
}
