package dev.sandkeep.domain.network;

import java.util.Optional;

/** What a rule speaks about. */
public sealed interface Target {

    /** Longer than any target can be, even written in another script than ASCII. */
    int MAX_LENGTH = 1024;

    /** The target in normal form, as it can be parsed again. */
    String text();

    /** Exactly this name. */
    record Name(DomainName name) implements Target {
        @Override
        public String text() {
            return name.value();
        }
    }

    /** Every name below {@code parent}, at any depth, but not {@code parent} itself. */
    record Wildcard(DomainName parent) implements Target {
        @Override
        public String text() {
            return "*." + parent.value();
        }
    }

    /** An address or a block of addresses. */
    record Block(Cidr cidr) implements Target {
        @Override
        public String text() {
            return cidr.toString();
        }
    }

    /** The target in {@code text}, or nothing if it is none. */
    static Optional<Target> find(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        if (text.startsWith("*.")) {
            return DomainName.find(text.substring(2)).map(Wildcard::new);
        }
        return Cidr.find(text)
                .<Target>map(Block::new)
                .or(() -> DomainName.find(text).map(Name::new));
    }
}
