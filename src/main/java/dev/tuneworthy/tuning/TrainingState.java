package dev.tuneworthy.tuning;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a training needs to go on as if it had not been interrupted, in one file that is
 * replaced atomically: a kill leaves the last whole one.
 */
final class TrainingState {
  private static final int MAGIC = 0x54574C52;
  private static final int VERSION = 2;

  /** Steps finished. */
  int step;

  /** Sum of the losses of the steps of the epoch under way. */
  double epochLoss;

  double seconds;
  long trainedTokens;
  boolean diverged;
  int bestEpoch;
  double bestQuality = Double.NEGATIVE_INFINITY;
  List<TrainingResult.EpochPoint> curve = new ArrayList<>();
  List<TrainingResult.ProbePoint> probes = new ArrayList<>();

  /** Why training stopped although it was not finished; empty while it goes on. */
  String stopped = "";

  final float[] parameters;
  final float[] best;
  final float[] first;
  final float[] second;

  TrainingState(int size) {
    this(new float[size], new float[size], new float[size], new float[size]);
  }

  private TrainingState(float[] parameters, float[] best, float[] first, float[] second) {
    this.parameters = parameters;
    this.best = best;
    this.first = first;
    this.second = second;
  }

  /**
   * Writes the state.
   *
   * @param key says what is trained; a state under another key is not gone on with
   */
  void write(Path file, String key) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        OutputStream stream = Channels.newOutputStream(channel);
        DataOutputStream out = new DataOutputStream(stream);
        writeHead(out, key);
        for (float[] values : List.of(parameters, best, first, second)) {
          ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
          bytes.asFloatBuffer().put(values);
          out.write(bytes.array());
        }
        out.flush();
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          "training state "
              + file
              + ": expected to be written, found "
              + e
              + ". Free some space and run the same command again; it goes on from the last state.",
          e);
    }
  }

  private void writeHead(DataOutputStream out, String key) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeUTF(key);
    out.writeInt(parameters.length);
    out.writeInt(step);
    out.writeDouble(epochLoss);
    out.writeDouble(seconds);
    out.writeLong(trainedTokens);
    out.writeBoolean(diverged);
    out.writeInt(bestEpoch);
    out.writeDouble(bestQuality);
    out.writeInt(curve.size());
    for (TrainingResult.EpochPoint point : curve) {
      out.writeInt(point.epoch());
      out.writeInt(point.step());
      out.writeDouble(point.trainLoss());
      out.writeDouble(point.devQuality());
    }
    out.writeUTF(stopped);
    out.writeInt(probes.size());
    for (TrainingResult.ProbePoint point : probes) {
      out.writeInt(point.step());
      out.writeDouble(point.klToBase());
      out.writeInt(point.reading().asked());
      out.writeInt(point.reading().lost());
      out.writeInt(point.reading().gained());
      out.writeDouble(point.reading().logEvidence());
      out.writeBoolean(point.reading().holds());
      out.writeBoolean(point.reading().destroyed());
    }
  }

  /** The state of an interrupted training of the same key and size, if there is a whole one. */
  static Optional<TrainingState> read(Path file, String key, int size) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      boolean same =
          in.readInt() == MAGIC
              && in.readInt() == VERSION
              && in.readUTF().equals(key)
              && in.readInt() == size;
      return same ? Optional.of(readRest(in, size)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static TrainingState readRest(DataInputStream in, int size) throws IOException {
    TrainingState state = new TrainingState(size);
    state.step = in.readInt();
    state.epochLoss = in.readDouble();
    state.seconds = in.readDouble();
    state.trainedTokens = in.readLong();
    state.diverged = in.readBoolean();
    state.bestEpoch = in.readInt();
    state.bestQuality = in.readDouble();
    int points = in.readInt();
    for (int i = 0; i < points; i++) {
      state.curve.add(
          new TrainingResult.EpochPoint(
              in.readInt(), in.readInt(), in.readDouble(), in.readDouble()));
    }
    state.stopped = in.readUTF();
    int probes = in.readInt();
    for (int i = 0; i < probes; i++) {
      state.probes.add(
          new TrainingResult.ProbePoint(
              in.readInt(),
              in.readDouble(),
              new RetentionProbe.Reading(
                  in.readInt(),
                  in.readInt(),
                  in.readInt(),
                  in.readDouble(),
                  in.readBoolean(),
                  in.readBoolean())));
    }
    for (float[] values : List.of(state.parameters, state.best, state.first, state.second)) {
      ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(4 * values.length));
      if (bytes.remaining() != 4 * values.length) {
        throw new IOException("the file ends early");
      }
      bytes.asFloatBuffer().get(values);
    }
    return state;
  }
}
