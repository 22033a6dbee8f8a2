package dev.bide.server.notice;

import dev.bide.notice.NoticeTarget;

/** Brings a message to where it goes. Safe from any thread. */
interface Sender {
  /**
   * Returns once it was taken.
   *
   * @throws NotSent when it was not
   * @throws InterruptedException when the server ends; whether it was taken is not known
   */
  void send(NoticeTarget target, Message message) throws NotSent, InterruptedException;
}
