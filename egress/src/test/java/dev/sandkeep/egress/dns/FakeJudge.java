package dev.sandkeep.egress.dns;

import dev.sandkeep.domain.network.DomainName;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkPolicy.Draft;
import dev.sandkeep.domain.network.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** Judges by a real policy; admits whatever it is told to, and remembers it. Thread-safe. */
final class FakeJudge implements Judge {

    record Admission(DomainName asked, List<Answer> addresses) {}

    private final NetworkPolicy policy;
    private final Queue<DomainName> judged = new ConcurrentLinkedQueue<>();
    private final Queue<Admission> admissions = new ConcurrentLinkedQueue<>();
    private volatile boolean admits = true;
    private volatile boolean broken;

    private FakeJudge(NetworkPolicy policy) {
        this.policy = policy;
    }

    /** Denies every name but these. */
    static FakeJudge allowing(String... targets) {
        return new FakeJudge(NetworkPolicy.parse(
                "deny",
                Stream.of(targets).map(target -> new Draft("allow", target)).toList()));
    }

    void refuseAddresses() {
        admits = false;
    }

    void breakDown() {
        broken = true;
    }

    List<DomainName> judged() {
        return List.copyOf(judged);
    }

    List<Admission> admissions() {
        return List.copyOf(admissions);
    }

    void forget() {
        judged.clear();
        admissions.clear();
    }

    @Override
    public Verdict judge(DomainName name) {
        judged.add(name);
        return policy.evaluate(name);
    }

    @Override
    public boolean admit(DomainName asked, List<Answer> addresses) throws IOException {
        if (broken) {
            throw new IOException("The packet filter is away");
        }
        admissions.add(new Admission(asked, addresses));
        return admits;
    }
}
