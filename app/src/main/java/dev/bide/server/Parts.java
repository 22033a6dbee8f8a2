package dev.bide.server;

import dev.bide.Bide;
import dev.bide.api.HomeFiles;
import dev.bide.server.notice.Notices;
import java.util.concurrent.Executor;

/**
 * What the groups of routes have in common.
 *
 * @param bide the queue
 * @param access who may ask
 * @param view jobs in the words of the API
 * @param requests jobs out of the words of the API
 * @param body reads what a request carries
 * @param environment what jobs get that bring none of their own
 * @param growth notices that logs grow
 * @param notices tells people of jobs
 * @param problems answers for what goes wrong
 * @param files of the home
 * @param settings of the server
 * @param threads where an answer is written that had to wait; never the engine's own thread
 */
public record Parts(
    Bide bide,
    Access access,
    JobView view,
    JobRequests requests,
    RequestBody body,
    BaseEnvironment environment,
    LogGrowth growth,
    Notices notices,
    Problems problems,
    HomeFiles files,
    ServerSettings settings,
    Executor threads) {}
