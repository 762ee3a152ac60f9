package dev.sandkeep.domain.sandbox;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount in the grammar of Kubernetes resource quantities, for example {@code 500m}, {@code 1.5Gi}, {@code 1e3}.
 *
 * @param text as it was written
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
public record Quantity(String text, BigDecimal value) {

    private static final Pattern GRAMMAR = Pattern.compile("(?<number>[+-]?(?:\\d{1,19}(?:\\.\\d{0,19})?|\\.\\d{1,19}))"
            + "(?<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\\d{1,2})?");

    private static final Map<String, BigDecimal> SUFFIXES = Map.ofEntries(
            Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
            Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
            Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
            Map.entry("k", BigDecimal.ONE.movePointRight(3)),
            Map.entry("M", BigDecimal.ONE.movePointRight(6)),
            Map.entry("G", BigDecimal.ONE.movePointRight(9)),
            Map.entry("T", BigDecimal.ONE.movePointRight(12)),
            Map.entry("P", BigDecimal.ONE.movePointRight(15)),
            Map.entry("E", BigDecimal.ONE.movePointRight(18)),
            Map.entry("Ki", powerOfTwo(10)),
            Map.entry("Mi", powerOfTwo(20)),
            Map.entry("Gi", powerOfTwo(30)),
            Map.entry("Ti", powerOfTwo(40)),
            Map.entry("Pi", powerOfTwo(50)),
            Map.entry("Ei", powerOfTwo(60)));

    /** The quantity in {@code text}, or nothing if it is not one. */
    public static Optional<Quantity> find(String text) {
        Matcher quantity = GRAMMAR.matcher(text);
        if (!quantity.matches()) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(quantity.group("number"));
        String suffix = quantity.group("suffix");
        if (suffix == null) {
            return Optional.of(new Quantity(text, number));
        }
        BigDecimal factor = SUFFIXES.get(suffix);
        BigDecimal value = factor == null
                ? number.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1)))
                : number.multiply(factor);
        return Optional.of(new Quantity(text, value));
    }

    /** This amount in units of 10^-digits, rounded up as Kubernetes does; empty if it does not fit into a long. */
    Optional<Long> scaledUp(int digits) {
        BigInteger scaled =
                value.movePointRight(digits).setScale(0, RoundingMode.CEILING).toBigInteger();
        return scaled.bitLength() < Long.SIZE ? Optional.of(scaled.longValue()) : Optional.empty();
    }

    private static BigDecimal powerOfTwo(int exponent) {
        return new BigDecimal(BigInteger.ONE.shiftLeft(exponent));
    }
}
