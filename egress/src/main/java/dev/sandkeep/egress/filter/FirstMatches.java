package dev.sandkeep.egress.filter;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.network.Target;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * The addresses that the rules of a policy decide with one action, as ranges that do not overlap. The order of the rules
 * is gone from them: one look-up in one set finds what reading thousands of rules would.
 */
final class FirstMatches {

    /**
     * A block, and the rule that decides about its addresses.
     *
     * @param place of the rule in the policy
     */
    private record Block(BigInteger first, BigInteger last, int place, Action action) implements Comparable<Block> {

        /** What begins first, and of what begins together the larger one, or else the rule that comes first. */
        @Override
        public int compareTo(Block other) {
            int order = first.compareTo(other.first);
            if (order == 0) {
                order = other.last.compareTo(last);
            }
            return order == 0 ? Integer.compare(place, other.place) : order;
        }

        /** This block, decided by the rule of a block around it if that comes first. */
        Block within(Block parent) {
            return parent.place < place ? new Block(first, last, parent.place, parent.action) : this;
        }
    }

    private final Action wanted;
    private final int bytes;
    private final List<String> ranges = new ArrayList<>();

    /** Blocks around the position, the innermost first: blocks lie within one another, or apart. */
    private final Deque<Block> around = new ArrayDeque<>();

    private BigInteger position = BigInteger.ZERO;

    private FirstMatches(Action wanted, int bytes) {
        this.wanted = wanted;
        this.bytes = bytes;
    }

    static List<String> ipv4(List<NetworkRule> rules, Action wanted) {
        return new FirstMatches(wanted, 4).in(rules);
    }

    static List<String> ipv6(List<NetworkRule> rules, Action wanted) {
        return new FirstMatches(wanted, 16).in(rules);
    }

    private List<String> in(List<NetworkRule> rules) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).target() instanceof Target.Block block
                    && block.cidr().base().getAddress().length == bytes) {
                blocks.add(block(block.cidr(), i, rules.get(i).action()));
            }
        }
        Collections.sort(blocks);
        for (Block block : blocks) {
            leaveUpTo(block.first());
            enter(block);
        }
        while (!around.isEmpty()) {
            leave();
        }
        return ranges;
    }

    private Block block(Cidr cidr, int place, Action action) {
        BigInteger first = new BigInteger(1, cidr.base().getAddress());
        BigInteger size = BigInteger.ONE.shiftLeft(bytes * 8 - cidr.prefix());
        return new Block(first, first.add(size).subtract(BigInteger.ONE), place, action);
    }

    private void leaveUpTo(BigInteger next) {
        while (!around.isEmpty() && around.getFirst().last().compareTo(next) < 0) {
            leave();
        }
    }

    private void leave() {
        Block left = around.removeFirst();
        decide(left, left.last());
    }

    private void enter(Block block) {
        Block parent = around.peekFirst();
        if (parent != null) {
            decide(parent, block.first().subtract(BigInteger.ONE));
        }
        position = block.first();
        around.addFirst(parent == null ? block : block.within(parent));
    }

    private void decide(Block by, BigInteger last) {
        if (by.action() == wanted && position.compareTo(last) <= 0) {
            String from = address(position);
            ranges.add(position.equals(last) ? from : from + "-" + address(last));
        }
        position = last.add(BigInteger.ONE);
    }

    private String address(BigInteger number) {
        byte[] octets = new byte[bytes];
        byte[] value = number.toByteArray();
        int length = Math.min(value.length, bytes);
        System.arraycopy(value, value.length - length, octets, bytes - length, length);
        try {
            // What looks like a mapped IPv4 address must stay IPv6 here.
            InetAddress address =
                    bytes == 4 ? InetAddress.getByAddress(octets) : Inet6Address.getByAddress(null, octets, -1);
            return address.getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address of a legal length was refused", impossible);
        }
    }
}
