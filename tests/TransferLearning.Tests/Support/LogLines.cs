using Microsoft.Extensions.Logging;

namespace TransferLearning.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : List<(LogLevel Level, string Text)>, ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add((logLevel, formatter(state, exception)));
}
