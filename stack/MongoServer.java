// A server in memory that speaks MongoDB's protocol: java -cp 'jars/*' MongoServer.java PORT
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
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

  public static void main(String[] arguments) {
    var backend = new MemoryBackend();
    backend.version(Version.FIVE);
    var server = new de.bwaldvogel.mongo.MongoServer(backend);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind("127.0.0.1", Integer.parseInt(arguments[0])); // its threads keep the JVM alive
  }
}
