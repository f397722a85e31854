package io.quorate.transport;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;

/** The event loops that connections are served on, and the channel types that fit them. */
public record Loops(
    EventLoopGroup group,
    Class<? extends ServerChannel> serverChannelType,
    Class<? extends Channel> channelType) {}
