package dev.bide.job;

/**
 * Which process exactly: a pid alone is used again within seconds on some machines.
 *
 * @param pid process id on its node
 * @param startTicks clock ticks between the boot and its start ({@code /proc/PID/stat}, field 22)
 * @param bootId the boot it belongs to ({@code /proc/sys/kernel/random/boot_id})
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {}
