/**
 * {@code quorate doctor}: asks every node it can reach, and says in plain sentences what is wrong
 * and what to do about it.
 *
 * <p>Start at {@link io.quorate.cli.doctor.DoctorCommand}. What was heard is a value, {@link
 * io.quorate.cli.doctor.Observations}; each rule of {@link io.quorate.cli.doctor.DoctorRules} is a
 * function of it to findings. Nothing here changes a cluster.
 */
@NullMarked
package io.quorate.cli.doctor;

import org.jspecify.annotations.NullMarked;
