using TransferLearning.Training;

namespace TransferLearning.Tests.Attacks;

/// <summary>What a fit is doing.</summary>
internal enum FitPhase
{
    Start,
    Features,
    Step,
    Validation,
    EpochEnd,
    FitEnd,
}

/// <summary>What a part does wrong.</summary>
internal enum FaultEffect
{
    Throws,
    ThrowsAsIfCancelled,
    Null,
    NaN,
    WrongShape,
    Cancels,
    Stops,
}

/// <summary>One part of a fit does one thing wrong, once, in one phase of one epoch.</summary>
internal sealed class Fault(string part, FitPhase phase, FaultEffect effect, int epoch) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The phase that the fit is in, as far as its observer can tell.</summary>
    public FitPhase Phase { get; set; }

    public int Epoch { get; set; } = 1;

    public TrainingRun? Run { get; set; }

    public FaultEffect Effect => effect;

    public bool HasStruck { get; private set; }

    /// <summary>Whether the part is asked a second time, and does as it should then: images are read to be hashed, and those that could not be, again.</summary>
    public bool MayBeAskedAgain => part == "source" && phase == FitPhase.Features;

    public Exception Thrown { get; } = effect == FaultEffect.ThrowsAsIfCancelled ? new OperationCanceledException("by a part") : new InvalidTimeZoneException("by a part");

    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Whether an error is what the part threw, or has it inside.</summary>
    public bool IsCauseOf(Exception? error) => error is not null
        && (error == Thrown || IsCauseOf(error.InnerException) || (error is AggregateException several && several.InnerExceptions.Any(IsCauseOf)));

    /// <summary>Called by every part whenever it is used.</summary>
    /// <returns>What the part is to give back instead of what is right; null where it does as it should.</returns>
    public FaultEffect? Strike(string by, FitPhase? at = null)
    {
        lock (_lock)
        {
            if (HasStruck || by != part || (at ?? Phase) != phase || Epoch != epoch)
                return null;
            HasStruck = true;
        }
        switch (effect)
        {
            case FaultEffect.Throws or FaultEffect.ThrowsAsIfCancelled:
                throw Thrown;
            case FaultEffect.Cancels:
                _cancellation.Cancel();
                return null;
            case FaultEffect.Stops:
                Run?.RequestStop("asked by a part");
                return null;
            default:
                return effect;
        }
    }

    public void Dispose() => _cancellation.Dispose();
}
