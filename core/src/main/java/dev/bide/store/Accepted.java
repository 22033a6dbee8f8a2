package dev.bide.store;

/**
 * What a submit with an idempotency key was answered: the jobs {@code first} to {@code last}.
 *
 * @param digest of the request; the same key with another digest is a mistake of the caller
 * @param first number of the first job
 * @param last number of the last job; the numbers between belong to the same submit
 */
public record Accepted(String digest, long first, long last) {}
