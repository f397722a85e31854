package io.quorate.sim.cluster;

import io.quorate.sim.check.PromiseChecker;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Liars;
import io.quorate.sim.program.Program;
import io.quorate.sim.program.Rollout;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.SimIntroductions;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * What all machines of a cluster share.
 *
 * @param introductions the way to nodes that are known by address only
 * @param moments told of moments at which faults may strike
 * @param liars nodes for which faults send lies
 * @param rollout how far an upgrade is
 * @param present addresses of the nodes that are there now
 * @param regionOf in which region the node with an index stands
 * @param factory makes the program of each life
 */
record NodeCollaborators(
    SimWorld world,
    SimNetwork network,
    SimIntroductions introductions,
    PromiseChecker checker,
    Windows windows,
    Moment.Watcher moments,
    MarkWatch marks,
    Liars liars,
    Rollout rollout,
    Supplier<List<String>> present,
    IntFunction<String> regionOf,
    Program.Factory factory,
    Sabotage sabotage) {}
