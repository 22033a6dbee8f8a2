/** How somebody is told of a job or a schedule: what is said, in which form, and to which hosts. */
@NullMarked
package dev.bide.server.notice;

import org.jspecify.annotations.NullMarked;
