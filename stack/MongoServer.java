// A server in memory that speaks MongoDB's protocol: java -cp 'jars/*' MongoServer.java PORT
import static java.util.Spliterator.ORDERED;
import static java.util.Spliterators.spliteratorUnknownSize;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.EmptyIndex;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.MaxKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

class MongoServer {

  // By itself the server answers wire version 8 at most, which PyMongo no longer accepts.
  enum Version implements MongoVersion {
    FIVE;

    @Override
    public List<Integer> getVersionArray() {
      return List.of(5, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return 13;
    }
  }

  // By itself the server reads a whole collection for nearly every filter: it looks into a unique
  // index only where a filter names the fields of the index and no other, and into no other kind
  // of index at all. This finds what a filter's equalities, $in and bounds lead to, in order,
  // then checks the rest, as MongoDB does.
  static class Backend extends MemoryBackend {
    @Override
    public MemoryDatabase openOrCreateDatabase(String name) {
      return new Database(name, getCursorRegistry());
    }
  }

  static class Database extends MemoryDatabase {
    Database(String name, CursorRegistry cursors) {
      super(name, cursors);
    }

    @Override
    protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
      return new IndexedCollection(this, name, options, cursorRegistry);
    }

    @Override
    protected Index<Integer> openOrCreateUniqueIndex(
        String collection, String name, List<IndexKey> keys, boolean sparse) {
      return new UniqueIndex(name, keys, sparse);
    }

    @Override
    protected Index<Integer> openOrCreateSecondaryIndex(
        String collection, String name, List<IndexKey> keys, boolean sparse) {
      return new OrderedIndex(name, keys);
    }
  }

  static class IndexedCollection extends MemoryCollection {
    IndexedCollection(
        Database database, String name, CollectionOptions options, CursorRegistry cursors) {
      super(database, name, options, cursors);
    }

    @Override
    protected QueryResult queryDocuments(
        Document filter, Document order, int skip, int limit, int batch, Document fields) {
      OrderedIndex best = null;
      List<OrderedIndex.Span> spans = List.of();
      for (var index : getIndexes()) {
        if (index.canHandle(filter)) {
          var places = index.getPositions(filter);
          return matchDocuments(filter, places, order, skip, limit, batch, fields);
        }
        var ordered = index instanceof UniqueIndex unique ? unique.ordered : (OrderedIndex) index;
        var theirs = ordered.spans(filter);
        if (depth(theirs) > depth(spans)) {
          best = ordered;
          spans = theirs;
        }
      }
      if (best == null) return matchDocuments(filter, order, skip, limit, batch, fields);
      if (!best.filled) best.fill(ids().places(), this::getDocument);
      boolean sorted = best.sorts(filter, order);
      boolean descending = sorted && ((Number) order.values().iterator().next()).intValue() < 0;
      var found = best.places(spans, descending).map(this::getDocument);
      return matchDocumentsFromStream(
          found, filter, sorted ? null : order, skip, limit, batch, fields);
    }

    // How many fields of the index a filter narrows down.
    private static int depth(List<OrderedIndex.Span> spans) {
      return spans.isEmpty() ? 0 : spans.get(0).from.size();
    }

    private UniqueIndex ids() {
      return (UniqueIndex) getIndexes().get(0);
    }
  }

  // Finds documents by hash; what is needed in order, by the index beside it.
  static class UniqueIndex extends MemoryUniqueIndex {
    final OrderedIndex ordered;

    UniqueIndex(String name, List<IndexKey> keys, boolean sparse) {
      super(name, keys, sparse);
      ordered = new OrderedIndex(name, keys);
    }

    @Override
    public boolean canHandle(Document filter) {
      var named = new Document();
      for (var key : keys()) {
        if (filter.containsKey(key)) named.put(key, filter.get(key));
      }
      return super.canHandle(named);
    }

    @Override
    public void add(Document document, Integer place, MongoCollection<Integer> collection) {
      super.add(document, place, collection);
      ordered.add(document, place, collection);
    }

    @Override
    public Integer remove(Document document) {
      ordered.remove(document);
      return super.remove(document);
    }

    List<Integer> places() {
      var places = new ArrayList<Integer>();
      for (var entry : getIterable()) places.add(entry.getValue());
      return places;
    }
  }

  // The places of documents by the values of the index's fields and, behind them, their _id.
  // It is filled when a filter first needs it, so that one which nothing asks for costs nothing.
  static class OrderedIndex extends EmptyIndex<Integer> {
    private static final Set<String> BOUNDS = Set.of("$gt", "$gte", "$lt", "$lte");
    private final NavigableMap<List<Object>, Integer> places = new TreeMap<>(OrderedIndex::compare);
    boolean filled = false;

    record Span(List<Object> from, List<Object> to) {}

    OrderedIndex(String name, List<IndexKey> keys) {
      super(name, keys);
    }

    void fill(List<Integer> all, Function<Integer, Document> documents) {
      filled = true;
      for (int place : all) add(documents.apply(place), place, null);
    }

    @Override
    public void add(Document document, Integer place, MongoCollection<Integer> collection) {
      if (!filled) return;
      for (var entry : entries(document)) places.put(entry, place);
    }

    @Override
    public Integer remove(Document document) {
      if (filled) places.keySet().removeAll(entries(document));
      return null; // the index of the _id knows the place
    }

    @Override
    public void updateInPlace(
        Document before, Document after, Integer place, MongoCollection<Integer> collection) {
      if (!filled || nullAwareEqualsKeys(before, after)) return;
      remove(before);
      add(after, place, collection);
    }

    // Whether the documents come in the order that is asked for.
    boolean sorts(Document filter, Document order) {
      int equal = 0;
      while (equal < keys().size() && isValue(filter.get(keys().get(equal)))) equal++;
      return order != null
          && order.size() == 1
          && equal < keys().size()
          && order.containsKey(keys().get(equal))
          && !(filter.get(keys().get(equal)) instanceof Document in && in.containsKey("$in"));
    }

    Stream<Integer> places(List<Span> spans, boolean descending) {
      return spans.stream()
          .filter(span -> compare(span.from, span.to) < 0)
          .map(span -> places.subMap(span.from, true, span.to, true))
          .flatMap(found -> lazily((descending ? found.descendingMap() : found).values()))
          .distinct();
    }

    // A stream of the collection itself would first count it, reading all of it.
    private static Stream<Integer> lazily(Collection<Integer> values) {
      return StreamSupport.stream(spliteratorUnknownSize(values.iterator(), ORDERED), false);
    }

    private List<List<Object>> entries(Document document) {
      var entries = new ArrayList<List<Object>>();
      for (var key : getKeyValues(document)) {
        if (key.get(0) == null) continue; // no filter is looked up by null
        var entry = new ArrayList<Object>(key.stream().toList());
        entry.add(new KeyValue(document.get("_id")).normalized().get(0));
        entries.add(entry);
      }
      return entries;
    }

    // Where the documents that a filter asks for lie; nowhere when the index does not tell.
    List<Span> spans(Document filter) {
      List<Object> equal = List.of();
      for (var field : keys()) {
        Object wanted = filter.get(field);
        if (isValue(wanted)) {
          equal = with(equal, wanted);
        } else if (wanted instanceof Document test && isIn(test)) {
          var start = equal;
          return ((Collection<?>) test.get("$in"))
              .stream().distinct().map(value -> under(with(start, value))).toList();
        } else if (wanted instanceof Document test && isBounds(test)) {
          Object low = test.getOrDefault("$gt", test.get("$gte"));
          Object high = test.getOrDefault("$lt", test.get("$lte"));
          var from = low == null ? equal : with(equal, low);
          return List.of(new Span(from, under(high == null ? equal : with(equal, high)).to));
        } else {
          break;
        }
      }
      return equal.isEmpty() ? List.of() : List.of(under(equal));
    }

    private static Span under(List<Object> start) {
      return new Span(start, with(start, MaxKey.getInstance()));
    }

    private static List<Object> with(List<Object> start, Object value) {
      var longer = new ArrayList<>(start);
      longer.add(new KeyValue(value).normalized().get(0));
      return longer;
    }

    private static boolean isValue(Object wanted) {
      return wanted instanceof String
          || wanted instanceof Number
          || wanted instanceof Boolean
          || wanted instanceof BinData;
    }

    private static boolean isIn(Document test) {
      return test.keySet().equals(Set.of("$in"))
          && ((Collection<?>) test.get("$in")).stream().allMatch(OrderedIndex::isValue);
    }

    private static boolean isBounds(Document test) {
      return !test.isEmpty()
          && BOUNDS.containsAll(test.keySet())
          && test.values().stream().allMatch(OrderedIndex::isValue);
    }

    private static int compare(List<Object> one, List<Object> other) {
      for (int n = 0; n < Math.min(one.size(), other.size()); n++) {
        int order = ValueComparator.ascWithoutListHandling().compare(one.get(n), other.get(n));
        if (order != 0) return order;
      }
      return Integer.compare(one.size(), other.size());
    }
  }

  public static void main(String[] arguments) {
    var backend = new Backend();
    backend.version(Version.FIVE);
    var server = new de.bwaldvogel.mongo.MongoServer(backend);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind("127.0.0.1", Integer.parseInt(arguments[0])); // its threads keep the JVM alive
  }
}
