package backfill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.bson.Document;

/**
 * Folds events until the next flush, then writes what they come to and asks for a commit.
 *
 * <p>A stream thread punctuates after it has processed and before it commits, so no event comes
 * between the two.
 */
final class FoldingProcessor implements Processor<byte[], byte[], Void, Void> {
    static final String STORE = "documents";
    private static final int CHUNK = 1000;
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};

    private final MongoDatabase database;
    private final boolean keepsSums;
    private ProcessorContext<Void, Void> context;
    private KeyValueStore<String, String> sums;
    private Counts counts;

    FoldingProcessor(MongoDatabase database, boolean keepsSums) {
        this.database = database;
        this.keepsSums = keepsSums;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        counts = new Counts(context.taskId().partition());
        sums = keepsSums ? context.getStateStore(STORE) : null;
        context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, moment -> flush());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Backfill.begin();
        try {
            counts.fold(JSON.readTree(record.value()));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private void flush() {
        if (counts.isEmpty()) {
            return;
        }
        String now = Instant.now().toString();
        counts.collections().forEach((collection, changes) -> {
            List<WriteModel<Document>> writes = new ArrayList<>(CHUNK);
            changes.forEach((id, change) -> {
                writes.add(update(collection, id, change, now));
                if (writes.size() == CHUNK) {
                    write(collection, writes);
                }
            });
            if (!writes.isEmpty()) {
                write(collection, writes);
            }
        });
        counts.clear();
        Backfill.stamp("wrote");
        context.commit();
    }

    private void write(String collection, List<WriteModel<Document>> writes) {
        database.getCollection(collection).bulkWrite(writes, new BulkWriteOptions().ordered(false));
        writes.clear();
    }

    private WriteModel<Document> update(String collection, String id, Counts.Change change, String now) {
        Document set = new Document("updated_at", now);
        Document update = new Document("$set", set).append("$setOnInsert", change.constant());
        if (keepsSums) {
            set.putAll(summedUp(collection + "|" + id, change.counts()));
        } else {
            update.append("$inc", new Document(Map.copyOf(change.counts())));
        }
        return new UpdateOneModel<>(Filters.eq("_id", id), update, new UpdateOptions().upsert(true));
    }

    /** The document's counts with the change, which the store keeps from now on. */
    private Map<String, Long> summedUp(String key, Map<String, Long> change) {
        try {
            String known = sums.get(key);
            Map<String, Long> sum = change;
            if (known != null) {
                sum = JSON.readValue(known, COUNTS);
                for (var each : change.entrySet()) {
                    sum.merge(each.getKey(), each.getValue(), Long::sum);
                }
            }
            sums.put(key, JSON.writeValueAsString(sum));
            return sum;
        } catch (JsonProcessingException error) {
            throw new UncheckedIOException(error);
        }
    }
}
