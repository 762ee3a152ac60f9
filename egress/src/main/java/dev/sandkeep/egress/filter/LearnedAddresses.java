package dev.sandkeep.egress.filter;

import dev.sandkeep.domain.network.DomainName;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.egress.dns.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The addresses that names led to, each with its names, so that a new policy can be asked again. An address may be
 * connected to for as long as its answer is valid, within bounds, and a little longer; it is remembered beyond that,
 * until younger ones need its place, for the connections that are still open. Not thread-safe.
 */
public final class LearnedAddresses {

    private static final Duration SHORTEST = Duration.ofSeconds(60);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Clients connect a little later than they ask; and answers that repeat need no new element each time. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    private static final int MAX_NAMES = 16;

    /** Keeps a command short; longer answers take several. */
    private static final int ADDRESSES_PER_COMMAND = 50;

    private static final class Entry {
        private final Set<DomainName> names = new LinkedHashSet<>();
        private Instant expiry = Instant.MIN;

        void ledToBy(DomainName name) {
            names.remove(name);
            names.add(name);
            if (names.size() > MAX_NAMES) {
                names.remove(names.iterator().next());
            }
        }
    }

    /** In the order of their last use. */
    private final Map<InetAddress, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);

    private final InstantSource clock;
    private final int capacity;

    public LearnedAddresses(InstantSource clock) {
        this(clock, Ruleset.MAX_LEARNED);
    }

    LearnedAddresses(InstantSource clock, int capacity) {
        this.clock = clock;
        this.capacity = capacity;
    }

    /**
     * Learns the addresses, which the policy admits, and adds to the filter those that are new or would soon expire.
     *
     * @throws IOException if the filter did not take them; then none of them was learned
     */
    public void learn(DomainName asked, List<Answer> answers, PacketFilter filter) throws IOException {
        for (int from = 0; from < answers.size(); from += ADDRESSES_PER_COMMAND) {
            learnSome(asked, answers.subList(from, Math.min(from + ADDRESSES_PER_COMMAND, answers.size())), filter);
        }
    }

    private void learnSome(DomainName asked, List<Answer> answers, PacketFilter filter) throws IOException {
        Instant now = clock.instant();
        Map<InetAddress, Instant> expiries = new LinkedHashMap<>();
        for (Answer answer : answers) {
            Instant valid = now.plus(clamped(answer.ttl()));
            Entry known = entries.get(answer.address());
            if (known == null || known.expiry.isBefore(valid)) {
                expiries.merge(answer.address(), valid.plus(GRACE), (one, other) -> one.isAfter(other) ? one : other);
            }
        }
        if (!expiries.isEmpty()) {
            filter.run(command(expiries, now));
        }
        expiries.forEach((address, expiry) -> entries.computeIfAbsent(address, _ -> new Entry()).expiry = expiry);
        answers.forEach(answer ->
                entries.computeIfAbsent(answer.address(), _ -> new Entry()).ledToBy(asked));
    }

    /** Adds, and makes place for what is added. */
    private String command(Map<InetAddress, Instant> expiries, Instant now) {
        StringBuilder line = new StringBuilder();
        int surplus = entries.size() - capacity;
        for (InetAddress address : expiries.keySet()) {
            surplus += entries.containsKey(address) ? 0 : 1;
        }
        for (InetAddress eldest : eldest(surplus)) {
            replace(line, new LearnedAddress(eldest, SHORTEST));
            entries.remove(eldest);
        }
        expiries.forEach((address, expiry) -> {
            LearnedAddress learned = new LearnedAddress(address, Duration.between(now, expiry));
            // Older kernels do not prolong an element that is there already, hence away with it first.
            replace(line, learned);
            change(line, "add", learned);
        });
        return line.toString();
    }

    private List<InetAddress> eldest(int count) {
        List<InetAddress> eldest = new ArrayList<>();
        Iterator<InetAddress> all = entries.keySet().iterator();
        while (eldest.size() < count && all.hasNext()) {
            eldest.add(all.next());
        }
        return eldest;
    }

    /** Takes an element away that may be there or not: only adding it first makes sure that it can be deleted. */
    private static void replace(StringBuilder line, LearnedAddress learned) {
        change(line, "add", learned);
        String set = AddressSets.isIpv4(learned.address()) ? " learned4 { " : " learned6 { ";
        line.append("delete element ").append(Ruleset.TABLE).append(set);
        line.append(learned.address().getHostAddress()).append(" }; ");
    }

    private static void change(StringBuilder line, String verb, LearnedAddress learned) {
        line.append(verb).append(" element ").append(Ruleset.TABLE);
        line.append(AddressSets.isIpv4(learned.address()) ? " learned4 { " : " learned6 { ");
        learned.element(line);
        line.append(" }; ");
    }

    private static Duration clamped(Duration ttl) {
        if (ttl.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
    }

    /** What may be connected to under {@code policy}. */
    public List<LearnedAddress> current(NetworkPolicy policy, Surroundings surroundings) {
        Instant now = clock.instant();
        List<LearnedAddress> current = new ArrayList<>();
        entries.forEach((address, entry) -> {
            if (entry.expiry.isAfter(now) && admitted(policy, surroundings, address, entry)) {
                current.add(new LearnedAddress(address, Duration.between(now, entry.expiry)));
            }
        });
        return current;
    }

    /** What may stay connected under {@code policy}. */
    public List<InetAddress> remembered(NetworkPolicy policy, Surroundings surroundings) {
        List<InetAddress> remembered = new ArrayList<>();
        entries.forEach((address, entry) -> {
            if (admitted(policy, surroundings, address, entry)) {
                remembered.add(address);
            }
        });
        return remembered;
    }

    /** Forgets what {@code policy} does not admit, once that is in force. */
    public void retain(NetworkPolicy policy, Surroundings surroundings) {
        entries.entrySet().removeIf(entry -> !admitted(policy, surroundings, entry.getKey(), entry.getValue()));
    }

    private static boolean admitted(NetworkPolicy policy, Surroundings surroundings, InetAddress address, Entry entry) {
        for (DomainName name : entry.names) {
            if (policy.admits(name, address, surroundings.privateRanges())) {
                return true;
            }
        }
        return false;
    }
}
