package dev.bide.server;

import io.javalin.config.RoutesConfig;

/** All routes of the API, group by group. */
final class Api {
  static final String ROOT = "/api/v1";

  private Api() {}

  static void register(RoutesConfig routes, Parts parts, Server server, Events events) {
    new AddJobs(parts).register(routes);
    new ListJobs(parts).register(routes);
    new OneJob(parts).register(routes);
    new JobLog(parts).register(routes);
    new Queues(parts).register(routes);
    new Schedules(parts).register(routes);
    new NoticeRoutes(parts).register(routes);
    new RetentionRoutes(parts).register(routes);
    new FiguresRoutes(parts).register(routes);
    new OldFile(parts).register(routes);
    events.register(routes);
    new LogInCodes(parts, server).register(routes);
    new ServerRoutes(parts, server).register(routes);
  }
}
