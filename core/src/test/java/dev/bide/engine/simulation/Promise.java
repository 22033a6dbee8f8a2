package dev.bide.engine.simulation;

/** What is checked after every step. */
enum Promise {
  ACCEPTED_MEANS_KEPT("every accepted job is there until somebody asks to remove it"),
  NEVER_USED_AGAIN("a number and a uuid belong to one job for ever"),
  ALL_OR_NONE("a submit is accepted whole, and once"),
  ANSWERED_AFTER_THE_COMMIT("what is answered and told is on disk"),
  FAILURE_IS_TRUE("what is said not to have happened has not happened"),
  EVERYBODY_IS_ANSWERED("every asker gets an answer"),
  NEVER_OVER_THE_LIMIT("no attempt is assigned without a free slot"),
  NOTHING_STARTS_WHILE_HELD("nothing is assigned in a paused or drained queue or without room"),
  IN_ORDER("within a queue, who was submitted first and may start is assigned first"),
  NOT_BEFORE_ITS_TIME("no job is assigned before its backoff is over"),
  ASSIGNED_BEFORE_STARTED("nothing is started before its assignment is on disk"),
  BEGINS_ONCE("no attempt begins twice"),
  NO_SECOND_RUN("a job runs again only when somebody asks, or when it is proven not to have run"),
  EVERY_PROCESS_IS_OF_AN_OPEN_ATTEMPT("no process lives whose attempt is not open"),
  ONE_ENDING("an ending never changes"),
  TRUE_ENDING("an ending agrees with what happened on the machine"),
  RECORDED_EXIT_WINS("an exit that is recorded wins against a cancel"),
  STOPPED_WHEN_ASKED("a committed cancel is carried out"),
  MEMORY_IS_A_COPY("between two turns the engine remembers what the store has, and nothing else"),
  PLANNED_ONCE("no run of a schedule becomes two jobs"),
  EVERY_RUN_IS_DECIDED("whatever became of a planned run is written down"),
  DECIDED_ONCE("nothing is decided twice about a planned run"),
  NO_OVERLAP("no run begins beside an earlier one where the policy says so"),
  TOLD_ONCE("a commit holds one notice for each event and target of a rule, and none else"),
  TOLD_AT_LEAST_ONCE("every notice is sent, or given up, before it is forgotten"),
  ONLY_WHAT_IS_OLD_GOES("nothing that is pinned or has not ended goes, nor what nobody asked for"),
  WHAT_GOES_IS_COUNTED("the counters say what went and what was cut"),
  LISTENERS_KNOW("whoever listens knows in the end what the store has"),
  COMES_TO_REST("once nothing goes wrong any more, every job ends and no process is left"),
  NO_FAULT_OF_ITS_OWN("the engine meets no fault of its own");

  private final String words;

  Promise(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
