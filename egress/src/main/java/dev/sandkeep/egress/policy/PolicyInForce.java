package dev.sandkeep.egress.policy;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.AddressScope;
import dev.sandkeep.domain.network.DomainName;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.Verdict;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.egress.decision.DecisionLog;
import dev.sandkeep.egress.dns.Answer;
import dev.sandkeep.egress.dns.Judge;
import dev.sandkeep.egress.filter.DeniedPackets;
import dev.sandkeep.egress.filter.LearnedAddresses;
import dev.sandkeep.egress.filter.PacketFilter;
import dev.sandkeep.egress.filter.Ruleset;
import dev.sandkeep.egress.filter.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The policy that names and packets are judged by. A change is written to the file, then to the packet filter, and only
 * then seen by the DNS proxy; one at a time, and never while addresses are learned, so that no address gets into the
 * rules of a policy that would not admit it. Before the first policy the packet filter is left alone. Thread-safe.
 */
public final class PolicyInForce implements Judge {

    /** A change of the policy; nothing if it leaves the policy as it is. */
    interface Change {
        Optional<NetworkPolicy> of(NetworkPolicy policy);
    }

    private final PolicyFile file;
    private final PacketFilter filter;
    private final Surroundings surroundings;
    private final DecisionLog log;
    private final InstantSource clock;
    private final LearnedAddresses learned;

    private volatile Revision current = Revision.none();

    public PolicyInForce(
            Path directory, PacketFilter filter, Surroundings surroundings, DecisionLog log, InstantSource clock) {
        this.file = new PolicyFile(directory);
        this.filter = filter;
        this.surroundings = surroundings;
        this.log = log;
        this.clock = clock;
        this.learned = new LearnedAddresses(clock);
    }

    /**
     * Applies the policy that was in force before the worker stopped, else the initial one, if there is any.
     *
     * @param initial the JSON of a policy; empty if there is none
     * @throws IOException if it cannot be read or applied
     * @throws InvalidValue if the initial policy is not valid
     */
    public synchronized void start(String initial) throws IOException {
        Optional<Revision> stored = file.read();
        if (stored.isPresent()) {
            apply(stored.get());
        } else if (!initial.isBlank()) {
            Revision first = new Revision(PolicyJson.policy(Json.read(initial.getBytes(StandardCharsets.UTF_8))), 1);
            file.write(first);
            apply(first);
        }
    }

    public Revision current() {
        return current;
    }

    /**
     * Puts the changed policy in force as the next revision.
     *
     * @return whether anything changed
     * @throws IOException if it could not be stored or applied; then the policy is what it was
     */
    synchronized boolean change(Change change) throws IOException {
        Optional<NetworkPolicy> changed = change.of(current.policy());
        if (changed.isPresent()) {
            replace(new Revision(changed.get(), current.number() + 1));
        }
        return changed.isPresent();
    }

    /**
     * The same as a revision that the caller names, which must be newer.
     *
     * @throws StaleRevision if it is not
     */
    synchronized boolean change(Change change, long revision) throws IOException, StaleRevision {
        if (revision <= current.number()) {
            throw new StaleRevision(current.number());
        }
        Optional<NetworkPolicy> changed = change.of(current.policy());
        if (changed.isPresent()) {
            replace(new Revision(changed.get(), revision));
        }
        return changed.isPresent();
    }

    private void replace(Revision next) throws IOException {
        Revision before = current;
        file.write(next);
        try {
            apply(next);
        } catch (IOException refused) {
            file.restore(before);
            throw refused;
        }
    }

    private void apply(Revision next) throws IOException {
        NetworkPolicy policy = next.policy();
        Ruleset ruleset = new Ruleset(
                policy,
                next.number(),
                learned.current(policy, surroundings),
                learned.remembered(policy, surroundings),
                surroundings);
        filter.load(ruleset.text());
        learned.retain(policy, surroundings);
        current = next;
    }

    /**
     * Lets the packet filter check rules like those of a policy, without effect.
     *
     * @throws IOException if it would refuse them
     */
    void check() throws IOException {
        filter.check(new Ruleset(NetworkPolicy.allowAll(), 1, List.of(), List.of(), surroundings).text());
    }

    @Override
    public Verdict judge(DomainName name) {
        Verdict verdict = current.policy().evaluate(name);
        log.add(name, verdict.action(), verdict.describe());
        return verdict;
    }

    @Override
    public synchronized boolean admit(DomainName asked, List<Answer> addresses) throws IOException {
        if (addresses.isEmpty() || current.isNone()) {
            return true;
        }
        List<Answer> admitted = new ArrayList<>();
        for (Answer answer : addresses) {
            if (!surroundings.closes(answer.address())
                    && current.policy().admits(asked, answer.address(), surroundings.privateRanges())) {
                admitted.add(answer);
            }
        }
        if (admitted.isEmpty()) {
            log.add(asked, Action.DENY, "leads only to addresses that are not allowed");
            return false;
        }
        learned.learn(asked, admitted, filter);
        return true;
    }

    /** The destinations that the packet filter refused lately. */
    List<DeniedPackets> deniedPackets() throws IOException {
        return current.isNone() ? List.of() : DeniedPackets.list(filter, clock.instant());
    }

    /** Why packets like these are refused, for people. */
    String whyDenied(DeniedPackets denied) {
        AddressScope scope = AddressScope.of(denied.address());
        if (denied.port() == 53 || denied.port() == 853) {
            return "always denied: DNS past the proxy";
        }
        if (surroundings.closes(denied.address())) {
            return "always denied: the host and other sandboxes";
        }
        if (scope.isForbidden()) {
            return "always denied: " + scope.name().toLowerCase(Locale.ROOT).replace('_', '-') + " address";
        }
        Verdict verdict = current.policy().evaluate(denied.address());
        return verdict.allows() ? "private address that no rule names" : verdict.describe();
    }

    DecisionLog log() {
        return log;
    }
}
