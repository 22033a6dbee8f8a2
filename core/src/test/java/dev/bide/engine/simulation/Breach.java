package dev.bide.engine.simulation;

/**
 * A promise that was broken.
 *
 * @param step the action at which it was noticed; one more than there are when it was at the end
 */
record Breach(Promise promise, String detail, int step) {}
