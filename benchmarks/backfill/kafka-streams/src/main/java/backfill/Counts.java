package backfill;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.bson.Document;

/** What the events of a partition come to: counts to be added, by collection and document. */
final class Counts {
    /** Fields that never change, and what is added to the others by their paths. */
    record Change(Document constant, Map<String, Long> counts) {
        void add(String path, long n) {
            counts.merge(path, n, Long::sum);
        }
    }

    private static final ZoneId ROME = ZoneId.of("Europe/Rome");
    private static final int DIRECTORS = 2;
    private static final int ACTORS = 5;

    private final int partition;
    private final Map<String, Map<String, Change>> collections = new LinkedHashMap<>();

    Counts(int partition) {
        this.partition = partition;
    }

    Map<String, Map<String, Change>> collections() {
        return collections;
    }

    boolean isEmpty() {
        return collections.isEmpty();
    }

    void clear() {
        collections.clear();
    }

    void fold(JsonNode event) {
        JsonNode movie = event.get("movie");
        String user = event.get("user_id").asText();
        long rating = movie.get("rating").asLong();
        long sign = switch (event.get("event_type").asText()) {
            case "ADD" -> 1;
            case "DELETE" -> -1;
            default -> 0;
        };
        Change stats = stats(user);
        long change;
        if (sign == 0) {
            long before = event.get("old_rating").asLong();
            long after = event.get("new_rating").asLong();
            change = after - before;
            stats.add("rating_distribution." + before, -1);
            stats.add("rating_distribution." + after, 1);
        } else {
            change = sign * rating;
            stats.add("rating_distribution." + rating, sign);
            stats.add("monthly_counts." + movie.get("watched_date").asText().substring(0, 7).replace('-', '.'), sign);
        }
        stats.add("total_watched", sign);
        stats.add("rated_count", sign);
        stats.add("sum_ratings", change);
        stats.add("watch_time_minutes", sign * movie.get("duration").asLong(0));
        affinities(user, "director", movie.get("director"), DIRECTORS, sign, change);
        affinities(user, "actor", movie.get("actors"), ACTORS, sign, change);
        affinities(user, "genre", movie.get("genres"), Integer.MAX_VALUE, sign, change);
        day(event, movie).add("count", sign);
    }

    private Change stats(String user) {
        return change("user_stats", user, () ->
                new Document("user_id", user).append("stats_version", "6.0_flat_affinities"));
    }

    private void affinities(String user, String type, JsonNode names, int limit, long sign, long change) {
        Set<String> distinct = new LinkedHashSet<>();
        for (int i = 0; i < Math.min(limit, names.size()); i++) {
            distinct.add(names.get(i).asText());
        }
        boolean isGenre = type.equals("genre");
        for (String name : distinct) {
            String key = name.replace(' ', '_').replace(".", "");
            Change affinity = change("user_affinities", user + "_" + type + "_" + key, () -> {
                Document constant = new Document("user_id", user).append("type", type);
                constant.append("name", name).append("name_key", key);
                return isGenre ? constant.append("sum_voti", 0) : constant;
            });
            affinity.add("count", sign);
            affinity.add("rated_count", sign);
            affinity.add("rating_sum", change);
            if (!isGenre) {
                affinity.add("sum_voti", change);
            }
        }
    }

    private Change day(JsonNode event, JsonNode movie) {
        String day = OffsetDateTime.parse(event.get("timestamp").asText())
                .atZoneSameInstant(ROME).toLocalDate().toString();
        String name = movie.get("name").asText();
        Integer year = movie.get("year").isNull() ? null : movie.get("year").asInt();
        String film = name + "|" + year;
        return change("global_days", day + "|" + partition + "|" + film, () ->
                new Document("day", day).append("film_key", film).append("partition", partition)
                        .append("name", name).append("year", year));
    }

    private Change change(String collection, String id, Supplier<Document> constant) {
        return collections.computeIfAbsent(collection, c -> new HashMap<>())
                .computeIfAbsent(id, i -> new Change(constant.get(), new HashMap<>()));
    }
}
