package dev.sandkeep.domain.network;

import java.net.InetAddress;

/** Allow or deny one target. */
public record NetworkRule(Action action, Target target) {

    boolean speaksOf(DomainName name) {
        return switch (target) {
            case Target.Name exact -> exact.name().equals(name);
            case Target.Wildcard wildcard -> name.isBelow(wildcard.parent());
            case Target.Block _ -> false;
        };
    }

    boolean speaksOf(InetAddress address) {
        return target instanceof Target.Block block && block.cidr().contains(address);
    }

    /**
     * Whether this rule allows private addresses. Larger blocks such as {@code 0.0.0.0/0} mean the internet and do not.
     */
    public boolean opensPrivate() {
        return action == Action.ALLOW
                && target instanceof Target.Block block
                && AddressScope.PRIVATE.encloses(block.cidr());
    }

    @Override
    public String toString() {
        return action.word() + " " + target.text();
    }
}
