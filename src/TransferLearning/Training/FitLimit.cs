using System.Globalization;

namespace TransferLearning.Training;

/// <summary>Ends a fit after a time or a number of steps. The time begins when this is made.</summary>
internal sealed class FitLimit(TrainerOptions options)
{
    private readonly long _start = options.TimeProvider.GetTimestamp();
    private int _steps;

    /// <summary>Counts a step.</summary>
    /// <returns>Why the fit ends with it; null if it does not.</returns>
    public string? AfterStep()
    {
        _steps++;
        return _steps >= options.MaximumSteps
            ? string.Create(CultureInfo.InvariantCulture, $"the limit of {options.MaximumSteps} steps is reached")
            : OfTime();
    }

    /// <summary>Why the fit ends, if its time is over; null if it is not.</summary>
    public string? OfTime() => options.TimeProvider.GetElapsedTime(_start) >= options.MaximumDuration
        ? string.Create(CultureInfo.InvariantCulture, $"the limit of {options.MaximumDuration:c} is reached")
        : null;
}
