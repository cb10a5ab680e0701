package dev.tuneworthy.job;

/**
 * Where a running job stands.
 *
 * @param phase of the work; empty before the first report
 * @param what the thing at hand
 * @param done steps finished
 * @param total steps in all, 0 while unknown
 * @param tokens spent so far on this piece of work
 */
public record JobProgress(String phase, String what, int done, int total, long tokens) {
  public static final JobProgress NONE = new JobProgress("", "", 0, 0, 0);

  private static final int LONGEST_PHASE = 64;
  private static final int LONGEST_WHAT = 256;

  public JobProgress {
    phase = cut(phase, LONGEST_PHASE);
    what = cut(what, LONGEST_WHAT);
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest);
  }
}
