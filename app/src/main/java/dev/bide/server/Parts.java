package dev.bide.server;

import dev.bide.Bide;
import dev.bide.api.HomeFiles;
import java.util.concurrent.Executor;

/**
 * What the groups of routes have in common.
 *
 * @param bide the queue
 * @param access who may ask
 * @param view jobs in the words of the API
 * @param problems answers for what goes wrong
 * @param files of the home
 * @param settings of the server
 * @param threads where an answer is written that had to wait; never the engine's own thread
 */
public record Parts(
    Bide bide,
    Access access,
    JobView view,
    Problems problems,
    HomeFiles files,
    ServerSettings settings,
    Executor threads) {}
