package dev.sandkeep.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Asks a resolver for one name over and over, and prints one number: the median in milliseconds, or how many answers. */
public final class Lookups {

    private static final String NAME = "pypi.org";
    private static final int WARM_UP = 2000;
    private static final int ANSWER_BYTES = 1500;

    private Lookups() {}

    /** The arguments: {@code latency}, the resolver, how many; or {@code throughput}, the resolver, seconds, clients. */
    public static void main(String[] arguments) throws Exception {
        InetSocketAddress resolver = new InetSocketAddress(InetAddress.ofLiteral(arguments[1]), 53);
        int much = Integer.parseInt(arguments[2]);
        System.out.println(
                arguments[0].equals("latency")
                        ? Double.toString(latency(resolver, much))
                        : Long.toString(throughput(resolver, much, Integer.parseInt(arguments[3]))));
    }

    private static double latency(InetSocketAddress resolver, int count) throws IOException {
        Samples samples = new Samples();
        try (DatagramSocket socket = connected(resolver)) {
            for (int i = 0; i < WARM_UP; i++) {
                ask(socket, i);
            }
            for (int i = 0; i < count; i++) {
                int number = i;
                samples.time(() -> ask(socket, number));
            }
        }
        if (samples.successRate() < 100) {
            throw new IOException(samples.failure());
        }
        return samples.median();
    }

    private static long throughput(InetSocketAddress resolver, int seconds, int clients) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Future<Long>> counts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            for (int client = 0; client < clients; client++) {
                counts.add(threads.submit(() -> {
                    long answers = 0;
                    try (DatagramSocket socket = connected(resolver)) {
                        while (System.nanoTime() - end < 0) {
                            ask(socket, (int) answers++);
                        }
                    }
                    return answers;
                }));
            }
        }
        long sum = 0;
        for (Future<Long> count : counts) {
            sum += count.get();
        }
        return sum;
    }

    private static DatagramSocket connected(InetSocketAddress resolver) throws IOException {
        DatagramSocket socket = new DatagramSocket();
        socket.connect(resolver);
        socket.setSoTimeout(2000);
        return socket;
    }

    private static void ask(DatagramSocket socket, int number) throws IOException {
        byte[] query = query(number);
        socket.send(new DatagramPacket(query, query.length));
        DatagramPacket answer = new DatagramPacket(new byte[ANSWER_BYTES], ANSWER_BYTES);
        socket.receive(answer);
        byte[] bytes = answer.getData();
        if (bytes[0] != query[0] || bytes[1] != query[1] || (bytes[3] & 0x0F) != 0 || bytes[7] == 0) {
            throw new IOException("That is not the answer");
        }
    }

    /** A query of RFC 1035 for the address of the name, with recursion desired. */
    private static byte[] query(int number) {
        ByteArrayOutputStream query = new ByteArrayOutputStream();
        query.writeBytes(new byte[] {(byte) (number >> 8), (byte) number, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : NAME.split("\\.", -1)) {
            query.write(label.length());
            query.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        query.writeBytes(new byte[] {0, 0, 1, 0, 1});
        return query.toByteArray();
    }
}
