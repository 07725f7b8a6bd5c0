//! The same work on many inputs, on every processor there is.

use std::sync::Mutex;
use std::sync::PoisonError;

/// Does the work on each input and gives the results in the order of the inputs.
///
/// # Panics
/// If the work does.
pub fn each<I: Send, T: Send>(inputs: impl IntoIterator<Item = I>, work: impl Fn(I) -> T + Sync) -> Vec<T> {
    let inputs = Mutex::new(inputs.into_iter().enumerate().collect::<Vec<_>>().into_iter());
    let results = Mutex::new(Vec::new());
    let next = || inputs.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((place, input)) = next() {
                    let result = work(input);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}
