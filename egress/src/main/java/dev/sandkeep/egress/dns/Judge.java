package dev.sandkeep.egress.dns;

import dev.sandkeep.domain.network.DomainName;
import dev.sandkeep.domain.network.Verdict;
import java.io.IOException;
import java.util.List;

/** What the DNS proxy asks of the policy in force. Implementations are thread-safe. */
public interface Judge {

    /** What the policy says of a name that is asked for; also counts and logs the decision. */
    Verdict judge(DomainName name);

    /**
     * Makes the addresses in an answer reachable, before the answer leaves; those it refuses stay closed. Blocks until
     * written.
     *
     * @param asked the name in the question, which decides, whatever CNAMEs lie between
     * @return whether at least one address may be reached (true if the answer holds no address)
     * @throws IOException if the packet filter did not take them: then the answer must not leave (SERVFAIL)
     */
    boolean admit(DomainName asked, List<Answer> addresses) throws IOException;
}
