// A server in memory that speaks MongoDB's protocol: java -cp 'jars/*' MongoServer.java PORT
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;

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

  // By itself the server looks into a unique index only where a filter names the fields of the
  // index and no other, and else reads the whole collection. MongoDB, and this, finds the one
  // document by {_id: …, position: {$lte: …}} through the index, then checks the rest.
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
    protected Index<Integer> openOrCreateUniqueIndex(
        String collection, String name, List<IndexKey> keys, boolean sparse) {
      return new MemoryUniqueIndex(name, keys, sparse) {
        @Override
        public boolean canHandle(Document filter) {
          var named = new Document();
          for (var key : keys()) {
            if (filter.containsKey(key)) named.put(key, filter.get(key));
          }
          return super.canHandle(named);
        }
      };
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
