package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {
  private static final byte[] CONTENT = "the weights".getBytes(StandardCharsets.UTF_8);
  private static final ModelEntry MODEL =
      new ModelEntry(
          "tiny",
          List.of("small"),
          "a model",
          "Apache-2.0",
          "tiny.gguf",
          CONTENT.length,
          sha256(CONTENT),
          List.of(new ModelOrigin.HubFile("r", "main", "f")));

  @TempDir Path cache;

  private final List<String> told = new ArrayList<>();
  private final DownloadProgress progress =
      new DownloadProgress() {
        @Override
        public void advanced(String model, String source, long bytes, long total) {
          told.add(source + " " + bytes + "/" + total);
        }

        @Override
        public void sourceFailed(String model, String source, String reason) {
          told.add(source + " failed: " + reason);
        }
      };

  @Test
  void fetchesOnceAndWorksWithoutSourcesFromThenOn() throws IOException {
    FakeSource good = FakeSource.of("good", CONTENT);
    ResolvedModel model = store(good).resolve("Small", progress);

    assertThat(model.id()).isEqualTo("tiny");
    assertThat(model.path()).hasBinaryContent(CONTENT).hasFileName("tiny.gguf");
    assertThat(told).containsExactly("good 11/11");
    assertThat(store().resolve("tiny", progress)).isEqualTo(model);
    assertThat(good.calls).hasValue(1);
    assertThat(leftovers()).containsExactly(".lock", "tiny.gguf", "tiny.gguf.verified");
  }

  @Test
  void triesTheSourcesInOrderAndReportsEachFailure() {
    FakeSource refused = FakeSource.failing("first", new IOException("refused"));
    FakeSource wrong = FakeSource.of("second", "other bytes".getBytes(StandardCharsets.UTF_8));

    Path path =
        store(refused, wrong, FakeSource.of("third", CONTENT)).pull("tiny", progress).path();

    assertThat(path).hasBinaryContent(CONTENT);
    assertThat(told).hasSize(4);
    assertThat(told.get(0)).isEqualTo("first failed: refused");
    assertThat(told.get(2)).startsWith("second failed: expected SHA-256 " + MODEL.sha256());
    assertThat(told.get(3)).isEqualTo("third 11/11");
  }

  @Test
  void isWorthARetryWhenNoSourceDelivers() {
    ModelStore store =
        store(
            FakeSource.failing("hub", new UnknownHostException("hub.example")),
            FakeSource.failing("package", new IOException("pip failed")));

    assertThatThrownBy(() -> store.resolve("tiny", progress))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DOWNLOAD);
              assertThat(e.retryable()).isTrue();
            })
        .hasMessageContaining("hub: UnknownHostException: hub.example")
        .hasMessageContaining("package: pip failed");
    assertThat(store.list().get(0).cached()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"the weighty", "the wei", ""})
  void fetchesAgainWhatWasDamagedInTheCache(String damaged) throws IOException {
    Path path = store(FakeSource.of("good", CONTENT)).resolve("tiny", progress).path();
    Files.writeString(path, damaged);
    Files.setLastModifiedTime(path, FileTime.fromMillis(0));

    store(FakeSource.of("again", CONTENT)).resolve("tiny", progress);

    assertThat(path).hasBinaryContent(CONTENT);
    assertThat(told).contains("again 11/11");
  }

  @Test
  void takesACopyThatSomeonePutIntoTheCache() throws IOException {
    Path path = cache.resolve("models/tiny/tiny.gguf");
    Files.createDirectories(path.getParent());
    Files.write(path, CONTENT);

    assertThat(store().resolve("tiny", progress).path()).isEqualTo(path);
    assertThat(store().list().get(0).cached()).isTrue();
  }

  @Test
  void startsOverOnceWhenAResumedFileProvesWrong() throws IOException {
    Path folder = Files.createDirectories(cache.resolve("models/tiny"));
    Files.writeString(folder.resolve("tiny.gguf.part"), "XXX");
    FakeSource resuming = new FakeSource("hub", true, CONTENT, null);

    assertThat(store(resuming).resolve("tiny", progress).path()).hasBinaryContent(CONTENT);
    assertThat(resuming.calls).hasValue(2);
  }

  @Test
  void resumesWhatAnInterruptedTryLeft() throws IOException {
    Path folder = Files.createDirectories(cache.resolve("models/tiny"));
    Files.writeString(folder.resolve("tiny.gguf.part"), "the we");
    FakeSource resuming = new FakeSource("hub", true, CONTENT, null);

    assertThat(store(resuming).resolve("tiny", progress).path()).hasBinaryContent(CONTENT);
    assertThat(resuming.calls).hasValue(1);
  }

  @Test
  void fetchesOnceForManyThreads() throws Exception {
    FakeSource slow = new FakeSource("slow", false, CONTENT, null);
    slow.pause = 50;
    ModelStore one = store(slow);
    ModelStore other = store(slow);
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Callable<Path>> calls = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        ModelStore store = i % 2 == 0 ? one : other;
        calls.add(() -> store.resolve("tiny", DownloadProgress.SILENT).path());
      }
      for (Future<Path> path : threads.invokeAll(calls)) {
        assertThat(path.get()).hasBinaryContent(CONTENT);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(slow.calls).hasValue(1);
  }

  @Test
  void callsAFullDiskByItsName() {
    IOException full = new FileSystemException("part", null, "No space left on device");

    assertThatThrownBy(() -> store(FakeSource.failing("hub", full)).resolve("tiny", progress))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DISK);
              assertThat(e.retryable()).isTrue();
            })
        .hasMessageContaining("No space left")
        .hasMessageContaining("TUNEWORTHY_CACHE");
  }

  @Test
  void asksForRoomBeforeItFetches() {
    ModelEntry vast =
        new ModelEntry("vast", List.of(), "", "x", "f", 1L << 60, MODEL.sha256(), MODEL.sources());
    FakeSource never = FakeSource.of("never", CONTENT);
    ModelStore store =
        new ModelStore(cache, catalogue(vast), model -> List.of((ModelSource) never));

    assertThatThrownBy(() -> store.pull("vast", progress))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK))
        .hasMessageContaining("MiB of free space");
    assertThat(never.calls).hasValue(0);
  }

  @Test
  void stopsWhenItsThreadIsInterrupted() {
    FakeSource slow = new FakeSource("slow", false, CONTENT, null);
    slow.pause = 10_000;
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> store(slow).resolve("tiny", progress))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void takesPathsButNotWhereOnlyNamesAreAllowed() throws IOException {
    Path file = Files.write(cache.resolve("My.Model.gguf"), CONTENT);

    assertThat(store().resolve(file.toString(), progress))
        .isEqualTo(new ResolvedModel("My.Model", file));
    assertThatThrownBy(() -> store().pull(file.toString(), progress))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nothing-of-that-name", "\u0000", "../tiny/none"})
  void namesTheModelsThatThereAreWhenOneIsUnknown(String name) {
    assertThatThrownBy(() -> store().resolve(name, progress))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND))
        .hasMessageContaining("tiny");
  }

  @Test
  void shipsACatalogueWithTheDefaultModel() {
    ModelEntry model = ModelCatalogue.shipped().find("SmolLM2").orElseThrow();

    assertThat(model.id()).isEqualTo("smollm2-135m-instruct");
    assertThat(model.licence()).isEqualTo("Apache-2.0");
    assertThat(model.sources())
        .hasExactlyElementsOfTypes(ModelOrigin.HubFile.class, ModelOrigin.PythonPackage.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/b", ".hidden", ""})
  void letsNoCatalogueNameLeaveTheCache(String id) {
    assertThatThrownBy(
            () -> new ModelEntry(id, List.of(), "", "x", "f", 1, MODEL.sha256(), MODEL.sources()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private ModelStore store(FakeSource... sources) {
    return new ModelStore(cache, catalogue(MODEL), model -> List.of((ModelSource[]) sources));
  }

  private static ModelCatalogue catalogue(ModelEntry model) {
    return new ModelCatalogue(URI.create("http://localhost"), List.of(model));
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("models/tiny"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String sha256(byte[] content) {
    MessageDigest digest = FileDigests.newSha256();
    return HexFormat.of().formatHex(digest.digest(content));
  }

  /** Delivers bytes or fails, without a network. */
  private static final class FakeSource implements ModelSource {
    private final AtomicInteger calls = new AtomicInteger();
    private final String name;
    private final boolean resumes;
    private final byte[] content;
    private final IOException failure;
    private long pause;

    FakeSource(String name, boolean resumes, byte[] content, IOException failure) {
      this.name = name;
      this.resumes = resumes;
      this.content = content;
      this.failure = failure;
    }

    static FakeSource of(String name, byte[] content) {
      return new FakeSource(name, false, content, null);
    }

    static FakeSource failing(String name, IOException failure) {
      return new FakeSource(name, false, new byte[0], failure);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean resumes() {
      return resumes;
    }

    @Override
    public void fetch(Path partial, LongConsumer arrived) throws IOException, InterruptedException {
      calls.incrementAndGet();
      if (failure != null) {
        throw failure;
      }
      Thread.sleep(pause);
      byte[] have = Files.exists(partial) ? Files.readAllBytes(partial) : new byte[0];
      byte[] whole = content.clone();
      System.arraycopy(have, 0, whole, 0, have.length);
      Files.write(partial, whole);
      arrived.accept(whole.length);
    }
  }
}
