package backfill;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams: a processor that folds in memory and writes in bulk just before each commit.
 *
 * <p>Chosen: a flush and commit every second and never in between, so that no offset is
 * committed before its writes; for the same reason a stream thread a partition, since a thread
 * commits all its tasks at once; unordered bulks of 1,000. Two modes, by the argument.
 * {@code at_least_once} (the default of Kafka Streams) has no state and sends {@code $inc}.
 * {@code exactly_once_v2} keeps every document's counts in a RocksDB store with a changelog and
 * sets the sums: what is written twice is the same then. Recovery: the committed offsets, and
 * the changelog.
 */
public final class Backfill {
    private static final int POLL_MILLIS = 500;
    private static final int PARTITIONS = 4;
    private static final int COMMIT_MILLIS = 50_000; // bounds nothing here: flushes commit
    private static final int TRANSACTION_MILLIS = 60_000;
    private static final int SESSION_MILLIS = 10_000; // the default only lengthens a restart
    private static final AtomicBoolean BEGAN = new AtomicBoolean();

    private Backfill() {}

    public static void main(String[] arguments) throws Exception {
        String guarantee = arguments[0];
        String kafka = System.getenv("BENCH_KAFKA");
        String topic = System.getenv("BENCH_TOPIC");
        String name = System.getenv("BENCH_DATABASE");
        boolean keepsSums = guarantee.equals(StreamsConfig.EXACTLY_ONCE_V2);
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, System.getenv("BENCH_STATE"));
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, PARTITIONS);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), TRANSACTION_MILLIS);
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
        try (MongoClient client = MongoClients.create(System.getenv("BENCH_MONGO"))) {
            MongoDatabase database = client.getDatabase(name);
            StreamsBuilder builder = new StreamsBuilder();
            var events = builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()));
            if (keepsSums) {
                builder.addStateStore(Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(FoldingProcessor.STORE), Serdes.String(), Serdes.String()));
                events.process(() -> new FoldingProcessor(database, true), FoldingProcessor.STORE);
            } else {
                events.process(() -> new FoldingProcessor(database, false));
            }
            try (KafkaStreams streams = new KafkaStreams(builder.build(), settings);
                    Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
                AtomicBoolean failed = new AtomicBoolean();
                streams.setUncaughtExceptionHandler(error -> {
                    error.printStackTrace();
                    failed.set(true);
                    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
                });
                streams.start();
                while (!failed.get() && !isDrained(admin, name, topic)) {
                    Thread.sleep(POLL_MILLIS);
                }
                streams.close(Duration.ofSeconds(30));
                if (failed.get()) {
                    System.exit(1);
                }
            }
        }
    }

    /** Whether the offsets committed by the group are those of the topic's end. */
    private static boolean isDrained(Admin admin, String group, String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        var description = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        description.partitions().forEach(p -> latest.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
        var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        for (var end : admin.listOffsets(latest).all().get().entrySet()) {
            var at = committed.get(end.getKey());
            if (end.getValue().offset() > 0 && (at == null || at.offset() < end.getValue().offset())) {
                return false;
            }
        }
        return true;
    }

    /** Tells the runner that the first batch begins. */
    static void begin() {
        if (BEGAN.compareAndSet(false, true)) {
            stamp("begin");
        }
    }

    /** Tells the runner what happens now. */
    static void stamp(String word) {
        System.out.println(word + " " + System.currentTimeMillis() / 1000.0);
        System.out.flush();
    }
}
